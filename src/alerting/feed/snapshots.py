"""What a scope's newcomers are sent first: read and encoded once for all who come together."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from sqlalchemy import Connection

from alerting.database.engine import Database
from alerting.feed.frames import RESET, ProgressBody, encode, progress_frame
from alerting.feed.progress import Sending
from alerting.feed.reading import Return, Update, read_missed, read_snapshot
from alerting.feed.ring import Ring
from alerting.feed.websocket_protocol import text_frame
from alerting.runtime import wall_clock

_RESET_FRAME: Final = text_frame(RESET)

_HELD_SECONDS: Final = 1.0
"""So long an opening serves newcomers, who get the frames since: thousands may come at once."""


class Opening(NamedTuple):
    """What a newcomer gets, up to which entry of the log it tells, and where to go on."""

    frames: bytes
    """One whole frame or more."""
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

    def __init__(
        self, database: Database, alert: int, division: str, ring: Ring, sending: Sending
    ) -> None:
        self._database = database
        self._sending = sending
        self._alert = alert
        self._division = division
        self._ring = ring
        self._held: dict[int | None, _Held] = {}
        """By the entry that is known, in the order of their ends."""
        self.are_proven = False
        """Whether one was read: the alert has to do with the division."""
        self.are_counts_told = False
        """Whether the division's boards are told how far deliveries have come."""

    async def after(self, known: int | None) -> Opening:
        """Return what was missed since an entry of the log, all in one frame.

        A second one tells how far deliveries have come, where the division is told that. It is a
        snapshot where nothing is known; and a reset and a snapshot where that entry is too long
        ago, or none of this log.

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
        if known is None:
            return await self._snapshot(place)
        # Boards of a thousand villages come back at once, and mostly know the same.
        back = Return(self._alert, self._division, known)
        missed = await self._database.read_together(_missed, back)
        if missed is not None:
            return await self._resumed(place, missed)
        snapshot = await self.after(None)
        return snapshot._replace(frames=_RESET_FRAME + snapshot.frames)

    async def _snapshot(self, place: int) -> Opening:
        query = partial(read_snapshot, alert=self._alert, division=self._division, at=wall_clock())
        body = await self._database.read(query)
        self.are_proven = True
        body["deliveries"] = await self._counts()
        return Opening(text_frame(await asyncio.to_thread(encode, body)), body["seq"], place)

    async def _resumed(self, place: int, missed: Update) -> Opening:
        self.are_proven = True
        frames = text_frame(missed.texts[self._division])
        counts = await self._counts()
        if counts is not None:
            frames += text_frame(progress_frame(self._alert, missed.seq, wall_clock(), counts))
        return Opening(frames, missed.seq, place)

    async def _counts(self) -> ProgressBody | None:
        """Return how far deliveries have come; to be asked when the log has been read.

        Then what was told in a frame that ends before that place in the log, and which is not
        for the newcomers therefore, is known here.
        """
        counts = await self._sending.known_to(self._division)
        self.are_counts_told |= counts is not None
        return counts


def _missed(connection: Connection, keys: Collection[Return]) -> dict[Return, Update]:
    return read_missed(connection, keys, wall_clock())
