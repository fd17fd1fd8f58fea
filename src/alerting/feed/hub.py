"""Boards: who watches which division of which alert, and what they get.

Register first, then snapshot, then apply the frames that end after it.
"""

from collections.abc import AsyncGenerator

from alerting.database.engine import Database
from alerting.feed.bus import Bus
from alerting.feed.ring import WriteNow
from alerting.feed.tail import Tail


class Hub:
    """Keeps one tail an alert, from its first socket to its last. No socket holds a connection."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus
        self._tails: dict[int, Tail] = {}

    async def watch(
        self, alert: int, division: str, after: int | None, write_now: WriteNow
    ) -> AsyncGenerator[bytes, None]:
        """Yield what a board of this division is to be sent, as `alerting.feed.frames` has it.

        `after` is the log entry up to which it knows everything; None: it knows nothing. What
        `write_now` takes is not yielded; it is asked only while there is nothing to yield. Close
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
                opening = await scope.openings.after(after)
                yield opening.frames
                async for frame in scope.ring.follow(opening.place, opening.seq, write_now):
                    yield frame
        finally:
            tail.sockets -= 1
            if not tail.sockets:
                self._end(alert, tail)

    def is_watched(self, alert: int, division: str) -> bool:
        """Whether a board of this division is open: then the alert has to do with it."""
        tail = self._tails.get(alert)
        return tail is not None and tail.is_watched(division)

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
