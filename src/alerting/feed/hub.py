"""Subscriptions of boards to the divisions of alerts.

A board registers first, then reads the snapshot, then applies the frames that end after it.
"""

from collections.abc import AsyncGenerator

from alerting.database.engine import Database
from alerting.feed.ring import WriteNow
from alerting.feed.tail import Tail
from alerting.ledger.hints import Bus


class Hub:
    """Keeps one tail per alert while it has sockets. A socket holds no database connection."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus
        self._tails: dict[int, Tail] = {}

    async def watch(
        self, alert: int, division: str, after: int | None, write_now: WriteNow
    ) -> AsyncGenerator[bytes, None]:
        """Yield the frames for a board of this division; their format is in `alerting.feed.frames`.

        `after` is the last log entry that the board knows; None if it knows nothing. A frame that
        `write_now` takes is not yielded; `write_now` is called only while nothing waits to be
        yielded. Close the iterator when the board disconnects.

        Raises:
            NotFoundError: if the alert has nothing to do with the division.
            SQLAlchemyError: if the database is away.
            TooSlowError: if the board is so far behind that frames are gone.
            RingClosedError: if the tail ended.
        """
        tail = self._tail(alert)
        tail.sockets += 1
        try:
            async with tail.scope(division) as scope:
                opening = await scope.openings.after(after)
                yield opening.frames
                async for frame in scope.ring.follow(opening.place, opening.seq, write_now):
                    yield frame
        finally:
            tail.sockets -= 1
            if not tail.sockets:
                self._end(alert, tail)

    def is_watched(self, alert: int, division: str) -> bool:
        """True if a board of this division is open, which proves that the alert concerns it."""
        tail = self._tails.get(alert)
        return tail is not None and tail.is_watched(division)

    def close(self) -> None:
        """Stop all tails."""
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
