"""A small city with an open alert, on both databases."""

from collections.abc import AsyncIterator

import pytest

from tests.feed.city import City


@pytest.fixture
async def city(database_url: str) -> AsyncIterator[City]:
    city = City(database_url)
    await city.open()
    yield city
    await city.close()
