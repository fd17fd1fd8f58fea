"""Fixtures of a runtime and a service that receive sensors' readings."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.gateway import Gateway
from tests.support.sensors import Hut, Station, open_hut, running_station


@pytest.fixture
async def hut(database_url: str) -> AsyncIterator[Hut]:
    """Yield a runtime in a drill whose policy has sensors."""
    async with open_hut(database_url) as found:
        yield found


@pytest.fixture
async def station(database_url: str, gateway: Gateway, tmp_path: Path) -> AsyncIterator[Station]:
    """Yield the service in a drill whose policy has sensors."""
    async with running_station(database_url, gateway, tmp_path) as found:
        yield found
