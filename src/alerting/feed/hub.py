"""Boards: who watches which division of which alert, and what they get.

Register first, then snapshot, then apply the frames that end after it.
"""

import asyncio
from collections.abc import AsyncGenerator
from functools import partial
from typing import Final

from alerting.clock import wall_clock
from alerting.feed.bus import Bus
from alerting.feed.frames import RESET
from alerting.feed.reading import Update, read_missed, read_snapshot
from alerting.feed.tail import Scope, Tail
from alerting.storage.database import Database

_SNAPSHOT_HELD_SECONDS: Final = 1.0
"""So long a snapshot serves newcomers, who get the frames since: a thousand may come at once."""


class Hub:
    """Keeps one tail an alert, from its first socket to its last. No socket holds a connection."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus
        self._tails: dict[int, Tail] = {}

    async def watch(
        self, alert: int, division: str, after: int | None
    ) -> AsyncGenerator[str, None]:
        """Yield what a board of this division is to be sent, as `alerting.feed.frames` has it.

        `after` is the log entry up to which it knows everything; None: it knows nothing. Close
        the iterator when the board goes.

        Raises:
            NotFoundError: if the alert has nothing to do with the division.
            SQLAlchemyError: if the database is away.
            TooSlowError: if the board asks so late that frames are gone.
            RingClosedError: if the tail ended.
        """
        tail = self._tail(alert)
        tail.sockets += 1
        try:
            async with tail.scope(division) as scope:
                place, missed = scope.ring.end, await self._missed(alert, division, after)
                if missed is None:
                    if after is not None:
                        yield RESET
                    place, missed = await self._snapshot(alert, scope)
                yield missed.texts[division]
                async for text in scope.ring.follow(place, missed.seq):
                    yield text
        finally:
            tail.sockets -= 1
            if not tail.sockets:
                self._end(alert, tail)

    def close(self) -> None:
        """Stop following every log."""
        for alert, tail in tuple(self._tails.items()):
            self._end(alert, tail)

    def _tail(self, alert: int) -> Tail:
        tail = self._tails.get(alert)
        if tail is None or tail.ended:
            tail = self._tails[alert] = Tail(self._database, self._bus, alert)
        return tail

    def _end(self, alert: int, tail: Tail) -> None:
        tail.end()
        if self._tails.get(alert) is tail:
            del self._tails[alert]

    async def _missed(self, alert: int, division: str, after: int | None) -> Update | None:
        if after is None:
            return None
        return await self._database.read(
            partial(read_missed, alert=alert, division=division, after=after, at=wall_clock())
        )

    async def _snapshot(self, alert: int, scope: Scope) -> tuple[int, Update]:
        """Return a snapshot of the scope, and the place in its ring from which to go on."""
        async with scope.snapshotting:
            now = asyncio.get_running_loop().time()
            if scope.snapshot is None or now - scope.snapshot_read_at > _SNAPSHOT_HELD_SECONDS:
                place = scope.ring.end
                query = partial(
                    read_snapshot, alert=alert, division=scope.division, at=wall_clock()
                )
                scope.snapshot = place, await self._database.read(query)
                scope.snapshot_read_at = now
            return scope.snapshot
