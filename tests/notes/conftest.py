"""A service that receives CAP messages and sensor reports."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.gateway import Gateway
from tests.support.noted import Noted, running_noted


@pytest.fixture
async def noted(database_url: str, gateway: Gateway, tmp_path: Path) -> AsyncIterator[Noted]:
    """Run the service with a policy that names CAP senders and sensors."""
    async with running_noted(database_url, gateway, tmp_path) as found:
        yield found
