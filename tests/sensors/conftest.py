"""A runtime and a service that take readings of sensors in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.gateway import Gateway
from tests.support.sensors import Hut, Station, open_hut, running_station


@pytest.fixture
async def hut(database_url: str) -> AsyncIterator[Hut]:
    """A runtime in a drill, whose policy names sensors."""
    async with open_hut(database_url) as found:
        yield found


@pytest.fixture
async def station(database_url: str, gateway: Gateway, tmp_path: Path) -> AsyncIterator[Station]:
    """The service in a drill, whose policy names sensors."""
    async with running_station(database_url, gateway, tmp_path) as found:
        yield found
