"""A real HTTP server for posts to work groups, which refuses or delays them on demand."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import select

from alerting.deliveries.tables import attempts, deliveries, texts
from alerting.work_groups.poster import Poster
from alerting.work_groups.sender import GroupSender
from alerting.work_groups.store import enlist_groups
from tests.support.patience import PATIENCE_SECONDS
from tests.support.post_servers import posts_taken
from tests.support.running import Workplace


@dataclass
class GroupServices:
    """The work groups of the server, named by the path of their URL."""

    port: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    """The HTTP status with which a group answers; 200 if it is not listed."""
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    """Groups that answer only after their event is set."""
    posts: list[tuple[str, str]] = field(default_factory=list)
    """Group and text of each post that arrived."""
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    def address(self, group: str) -> SecretStr:
        return SecretStr(f"json://token-of-{group}:secret@127.0.0.1:{self.port}/{group}")

    def words(self, group: str) -> list[str]:
        return [words for path, words in self.posts if path == group]

    async def until(self, group: str, posts: int) -> list[str]:
        """Wait until this many posts to a group have arrived, and return their texts."""
        async with asyncio.timeout(PATIENCE_SECONDS), self.arrived:
            await self.arrived.wait_for(lambda: len(self.words(group)) >= posts)
        return self.words(group)

    async def take(self, request: web.Request) -> web.Response:
        group = request.match_info["group"]
        said: dict[str, Any] = await request.json()
        async with self.arrived:
            self.posts.append((group, said["message"]))
            self.arrived.notify_all()
        if group in self.held:
            await self.held[group].wait()
        return web.Response(status=self.statuses.get(group, 200))


@contextlib.asynccontextmanager
async def group_services() -> AsyncIterator[GroupServices]:
    services = GroupServices()
    async with posts_taken("/{group}", services.take) as services.port:
        try:
            yield services
        finally:
            for event in services.held.values():
                event.set()


@contextlib.contextmanager
def nobody_listens() -> Iterator[SecretStr]:
    """Yield a URL whose port is reserved, and on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield SecretStr(f"json://127.0.0.1:{taken.getsockname()[1]}/down")


async def enlist(work: Workplace, *owners: str) -> None:
    """Store each owner's first group."""
    named = {f"{owner}/1": owner for owner in owners}
    await work.runtime.ledger.write(lambda tx: enlist_groups(tx.connection, named))


@contextlib.asynccontextmanager
async def posting(work: Workplace, addresses: dict[str, SecretStr]) -> AsyncIterator[GroupSender]:
    """Send posts to these groups, as a process of the service does."""
    poster = Poster(PATIENCE_SECONDS)
    sender = GroupSender(work.runtime, poster, addresses)
    running = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        running.cancel()
        await asyncio.wait({running})
        await poster.close()
    assert running.cancelled()


def posts_owed(work: Workplace) -> list[Any]:
    """Return the deliveries to groups with their texts, by group, oldest first."""
    return work.rows(
        select(deliveries, texts.c.kind, texts.c.body)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(deliveries.c.channel == "group")
        .order_by(deliveries.c.recipient, deliveries.c.id)
    )


def tries(work: Workplace) -> list[Any]:
    """Return the attempts at posts, in order."""
    return work.rows(
        select(attempts)
        .where(attempts.c.provider == "work-groups")
        .order_by(attempts.c.delivery, attempts.c.number)
    )


async def until_state(work: Workplace, state: str) -> Any:
    """Wait until the first delivery to a group has this state, and return it."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (row := posts_owed(work)[0]).state != state:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)
    return row
