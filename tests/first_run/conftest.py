"""Fixtures: services without officers."""

from collections.abc import AsyncIterator

import pytest

from tests.support.gateway import Gateway
from tests.support.running import Running, listening, running_service


@pytest.fixture
async def empty(database_url: str, gateway: Gateway) -> AsyncIterator[Running]:
    """Run a service with an empty database and a public URL on this machine."""
    async with running_service(database_url, gateway, is_empty=True) as service:
        yield service


@pytest.fixture
async def distant(database_url: str, gateway: Gateway) -> AsyncIterator[Running]:
    """Run a service with an empty database and a public URL on another machine."""
    listener = listening()
    host, port = listener.getsockname()
    distance = "https://alerts.example.org"
    async with running_service(database_url, gateway, listener, distance, is_empty=True) as service:
        service.url = f"http://{host}:{port}"
        yield service
