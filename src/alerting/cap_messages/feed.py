"""The public feed, cached per process: queried at most once a second, rendered once per change."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection

from alerting.cap_messages.atom import Source, pages
from alerting.cap_messages.conditional import Content
from alerting.cap_messages.store import last_change, live_identifiers, public_messages
from alerting.runtime import Runtime

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _State:
    """The identifiers of the live messages, and the time of their last change."""

    live: tuple[str, ...]
    changed: datetime


class PublicFeed:
    """The cached feed of live public alerts.

    The database is queried at most once per `fresh_seconds`, independent of the number of readers.
    """

    def __init__(self, runtime: Runtime, public_url: str, fresh_seconds: float = 1.0) -> None:
        self._fresh_seconds = fresh_seconds
        self._runtime = runtime
        self._source = Source(public_url, runtime.policy.cap.sender)
        self._one_at_a_time = asyncio.Lock()
        self._state: _State | None = None
        self._pages: list[Content] = []
        self._read_at = 0.0

    async def page(self, number: int) -> Content | None:
        """Return a page of the feed, counted from 1, or None if there is no such page."""
        async with self._one_at_a_time:
            if self._state is None or time.monotonic() - self._read_at >= self._fresh_seconds:
                await self._refresh()
                self._read_at = time.monotonic()
        return self._pages[number - 1] if number <= len(self._pages) else None

    async def message(self, identifier: str) -> Content | None:
        """Return a public message, even a replaced one, or None if it is unknown."""
        found = await self._runtime.database.read_together(public_messages, identifier)
        return Content(found.document.encode(), found.sent) if found else None

    async def _refresh(self) -> None:
        now = self._runtime.clock.now()
        state = await self._runtime.database.read(lambda db: _look(db, now))
        if state == self._state:
            return
        found = await self._runtime.database.read(lambda db: public_messages(db, state.live))
        listed = [found[identifier] for identifier in state.live]
        made = await asyncio.to_thread(pages, self._source, listed, state.changed)
        self._pages = [Content(page, state.changed) for page in made]
        self._state = state


def _look(connection: Connection, now: datetime) -> _State:
    return _State(live_identifiers(connection, now), last_change(connection, now) or _NEVER)
