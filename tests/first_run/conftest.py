"""A service without officers."""

from collections.abc import AsyncIterator

import pytest

from tests.support.gateway import Gateway
from tests.support.running import Running, listening, running_service


@pytest.fixture
async def empty(database_url: str, gateway: Gateway) -> AsyncIterator[Running]:
    """A service on an empty database; its public address is on this machine."""
    async with running_service(database_url, gateway, is_empty=True) as service:
        yield service


@pytest.fixture
async def distant(database_url: str, gateway: Gateway) -> AsyncIterator[Running]:
    """A service on an empty database, whose public address is that of another machine."""
    listener = listening()
    host, port = listener.getsockname()
    distance = "https://alerts.example.org"
    async with running_service(database_url, gateway, listener, distance, is_empty=True) as service:
        service.url = f"http://{host}:{port}"
        yield service
