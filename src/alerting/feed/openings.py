"""What a scope's newcomers are sent first: read and encoded once for all who come together."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from sqlalchemy import Connection

from alerting.clock import wall_clock
from alerting.feed.frames import RESET
from alerting.feed.reading import Return, Update, read_missed, read_snapshot
from alerting.feed.ring import Ring
from alerting.feed.wire import text_frame
from alerting.storage.database import Database

_RESET_FRAME: Final = text_frame(RESET)
_HELD_SECONDS: Final = 1.0
"""So long an opening serves newcomers, who get the frames since: thousands may come at once."""


class Opening(NamedTuple):
    """What a newcomer gets, up to which entry of the log it tells, and where to go on."""

    frames: bytes
    """A whole frame, or two."""
    seq: int
    place: int
    """The place in the ring before which it was read."""


@dataclass(frozen=True)
class _Held:
    reading: asyncio.Task[Opening]
    until: float


class Openings:
    """The openings of one division: a snapshot, and what was missed since one entry or another.

    Whoever was cut together asks together, and mostly for the same.
    """

    def __init__(self, database: Database, alert: int, division: str, ring: Ring) -> None:
        self._database = database
        self._alert = alert
        self._division = division
        self._ring = ring
        self._held: dict[int | None, _Held] = {}
        """By the entry that is known, in the order of their ends."""
        self.are_proven = False
        """Whether one was read: the alert has to do with the division."""

    async def after(self, known: int | None) -> Opening:
        """Return what was missed since an entry of the log, all in one frame.

        It is a snapshot where nothing is known; and a reset and a snapshot where that entry is
        too long ago, or none of this log.

        Raises:
            NotFoundError: if the alert has nothing to do with the division.
            SQLAlchemyError: if the database is away.
        """
        now = asyncio.get_running_loop().time()
        self._forget(now)
        held = self._held.get(known)
        if held is None:
            held = _Held(asyncio.create_task(self._read(known)), now + _HELD_SECONDS)
            self._held[known] = held
        # One that goes must not take from the others what they wait for together.
        return await asyncio.shield(held.reading)

    def _forget(self, now: float) -> None:
        for entry, held in list(self._held.items()):
            if held.until > now:
                break
            del self._held[entry]

    async def _read(self, known: int | None) -> Opening:
        place = self._ring.end
        alert, division = self._alert, self._division
        if known is None:
            query = partial(read_snapshot, alert=alert, division=division, at=wall_clock())
            return self._opening(place, await self._database.read(query))
        # Boards of a thousand villages come back at once, and mostly know the same.
        missed = await self._database.read_together(_missed, Return(alert, division, known))
        if missed is not None:
            return self._opening(place, missed)
        snapshot = await self.after(None)
        return snapshot._replace(frames=_RESET_FRAME + snapshot.frames)

    def _opening(self, place: int, update: Update) -> Opening:
        self.are_proven = True
        return Opening(text_frame(update.texts[self._division]), update.seq, place)


def _missed(connection: Connection, keys: Collection[Return]) -> dict[Return, Update]:
    return read_missed(connection, keys, wall_clock())
