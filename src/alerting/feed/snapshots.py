"""The snapshot cache: first frames for new boards are read and encoded once for all of them."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from sqlalchemy import Connection

from alerting.database.engine import Database
from alerting.feed.frames import RESET, ProgressBody, encode, prediction_frame, progress_frame
from alerting.feed.predicting import Predicting
from alerting.feed.progress import Sending
from alerting.feed.reading import Resumption, Update, read_missed, read_snapshot
from alerting.feed.ring import Ring
from alerting.feed.websocket_protocol import text_frame
from alerting.runtime import wall_clock

_RESET_FRAME: Final = text_frame(RESET)

_HELD_SECONDS: Final = 1.0
"""Snapshot cache TTL. Boards that get a cached snapshot find the later frames in the ring."""


class FirstFrames(NamedTuple):
    """The first frames for a new board."""

    frames: bytes
    """One or more encoded websocket frames."""
    seq: int
    """Sequence number of the last log entry that they include."""
    position: int
    """The position in the ring from which the board continues: its end just before the read."""


@dataclass(frozen=True)
class _Held:
    reading: asyncio.Task[FirstFrames]
    until: float


class FirstFramesCache:
    """Cache of one division's snapshot, and of catch-up frames by the last log entry of a board.

    Boards that lost their connection together reconnect together, mostly at the same log entry.
    """

    def __init__(
        self,
        database: Database,
        alert: int,
        division: str,
        ring: Ring,
        sending: Sending,
        predicting: Predicting,
    ) -> None:
        self._database = database
        self._sending = sending
        self._predicting = predicting
        self._alert = alert
        self._division = division
        self._ring = ring
        self._held: dict[int | None, _Held] = {}
        """Cached frames by the last log entry of the board, in order of expiry."""
        self.is_division_concerned = False
        """True once first frames were read, which proves that the alert concerns the division."""
        self.division_gets_progress = False
        """True if the division's boards get numbers of deliveries."""

    async def after(self, known: int | None) -> FirstFrames:
        """Return the first frames for a board whose last log entry is `known`.

        They are a snapshot if `known` is None, otherwise one frame with everything missed. If the
        board missed too much or `known` is not in this log, they are a reset and a snapshot. A
        frame with numbers of deliveries follows if the division gets them, and a frame with the
        prediction if one was made.

        Raises:
            NotFoundError: if the alert does not concern the division.
            SQLAlchemyError: if the database is unavailable.
        """
        now = asyncio.get_running_loop().time()
        self._forget(now)
        held = self._held.get(known)
        if held is None:
            held = _Held(asyncio.create_task(self._read(known)), now + _HELD_SECONDS)
            self._held[known] = held
        # Without the shield, cancelling one caller would cancel the read that others share.
        return await asyncio.shield(held.reading)

    def _forget(self, now: float) -> None:
        for entry, held in list(self._held.items()):
            if held.until > now:
                break
            del self._held[entry]

    async def _read(self, known: int | None) -> FirstFrames:
        position = self._ring.end
        if known is None:
            return await self._snapshot(position)
        # Reads are coalesced, because boards of a thousand villages may reconnect at once.
        back = Resumption(self._alert, self._division, known)
        missed = await self._database.read_together(_missed, back)
        if missed is not None:
            return await self._resumed(position, missed)
        snapshot = await self.after(None)
        return snapshot._replace(frames=_RESET_FRAME + snapshot.frames)

    async def _snapshot(self, position: int) -> FirstFrames:
        query = partial(read_snapshot, alert=self._alert, division=self._division, at=wall_clock())
        body = await self._database.read(query)
        self.is_division_concerned = True
        body["deliveries"] = await self._counts()
        body["prediction"] = self._predicting.latest.get(self._division)
        return FirstFrames(text_frame(await asyncio.to_thread(encode, body)), body["seq"], position)

    async def _resumed(self, position: int, missed: Update) -> FirstFrames:
        self.is_division_concerned = True
        frames = text_frame(missed.frames[self._division])
        counts = await self._counts()
        if counts is not None:
            frames += text_frame(progress_frame(self._alert, missed.seq, wall_clock(), counts))
        # Taken after the log was read, as the counts are.
        prediction = self._predicting.latest.get(self._division)
        if prediction is not None:
            text = prediction_frame(self._alert, missed.seq, wall_clock(), prediction)
            frames += text_frame(text)
        return FirstFrames(frames, missed.seq, position)

    async def _counts(self) -> ProgressBody | None:
        """Return the numbers of deliveries; the caller must have read the log before.

        A new board skips progress frames that end before its log entry. Numbers counted after the
        log was read are at least as new as those frames.
        """
        counts = await self._sending.known_to(self._division)
        self.division_gets_progress |= counts is not None
        return counts


def _missed(connection: Connection, keys: Collection[Resumption]) -> dict[Resumption, Update]:
    return read_missed(connection, keys, wall_clock())
