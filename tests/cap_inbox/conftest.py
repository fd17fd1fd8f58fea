"""Fixtures: a runtime and a service that receive CAP messages."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.cap_documents import Desk, Inbox, open_desk, running_inbox
from tests.support.gateway import Gateway


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """Yield a runtime in a drill, whose policy names senders."""
    async with open_desk(database_url) as found:
        yield found


@pytest.fixture
async def inbox(database_url: str, gateway: Gateway, tmp_path: Path) -> AsyncIterator[Inbox]:
    """Yield a service in a drill, whose policy names senders."""
    async with running_inbox(database_url, gateway, tmp_path) as found:
        yield found
