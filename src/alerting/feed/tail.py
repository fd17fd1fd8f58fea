"""Tail an alert's log: read new entries, encode a frame for each division, push it to its ring.

The hub holds the tails of all alerts that boards watch.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerting.database.engine import Database
from alerting.feed.frames import heartbeat, prediction_frame, progress_frame
from alerting.feed.predicted import PredictionBody
from alerting.feed.predicting import Predict, Predicting
from alerting.feed.progress import Sending, Sent
from alerting.feed.reading import Counts, Update, read_update
from alerting.feed.ring import Ring, WriteNow
from alerting.feed.snapshots import FirstFramesCache
from alerting.ledger.alerts import last_seq
from alerting.ledger.hints import ALERTS, Bus
from alerting.runtime import wall_clock

log = structlog.get_logger()

_POLL_SECONDS: Final = 0.5

_HEARTBEAT_SECONDS: Final = 0.9
"""A little under 1 s, so that a poll that comes slightly early still sends the heartbeat."""

_FRAME_SECONDS: Final = 0.02

_SOCKETS_A_FRAME: Final = 1_000
"""The frame interval grows by 20 ms per 1,000 sockets."""


@dataclass
class BoardScope:
    """The boards of one division, which all get the same frames."""

    ring: Ring
    first_frames: FirstFramesCache
    sockets: int = 0
    sent_at: float = 0.0
    """When the last frame or heartbeat was pushed, in seconds of the event loop's clock."""
    prediction: PredictionBody | None = None
    """The last prediction that was pushed."""


class Tail:
    """The only reader of an alert's log in this process, for all its boards."""

    def __init__(self, database: Database, bus: Bus, predict: Predict, alert: int) -> None:
        """Start a task that follows the log."""
        self.sockets = 0
        self._database = database
        self._alert = alert
        self._seq: int | None = None
        self._counts: Counts | None = None
        """Tallies as of `_seq`; None before the first frame."""
        self._scopes: dict[str, BoardScope] = {}
        self._between_passes = asyncio.Lock()
        self._hint = asyncio.Event()
        self._sending = Sending(database, alert, self._hint.set)
        self._sent_progress: Sent | None = None
        self._predicting = Predicting(predict, alert, lambda: tuple(self._scopes), self._hint.set)
        self._loop = asyncio.get_running_loop()
        self._begun_at = self._loop.time()
        self._read_seconds = 0.0
        self._sockets_written = 0
        self._unsubscribe = bus.subscribe(ALERTS, lambda _division: self._hint.set())
        self._task = asyncio.create_task(self._follow(), name=f"tail of alert {alert}")

    @property
    def ended(self) -> bool:
        """True if the tail has stopped following the log."""
        return self._task.done()

    def is_watched(self, division: str) -> bool:
        """Return whether a board of this division is open and the alert concerns the division."""
        scope = self._scopes.get(division)
        return scope is not None and scope.first_frames.is_division_concerned

    def end(self) -> None:
        """Stop following the log."""
        self._task.cancel()

    @contextlib.asynccontextmanager
    async def scope(self, division: str) -> AsyncIterator[BoardScope]:
        """Register a board of this division, so that the division's ring gets every later frame.

        This waits for a pass that is under way, because that pass does not include a new division
        and would leave a gap after the board's snapshot.
        """
        async with self._between_passes:
            if self._seq is None:
                self._seq = await self._database.read(partial(last_seq, alert=self._alert))
            scope = self._scopes.get(division) or self._open(division)
            scope.sockets += 1
        try:
            yield scope
        finally:
            scope.sockets -= 1
            if not scope.sockets:
                del self._scopes[division]

    def _open(self, division: str) -> BoardScope:
        ring = Ring()
        first_frames = FirstFramesCache(
            self._database, self._alert, division, ring, self._sending, self._predicting
        )
        scope = BoardScope(ring, first_frames)
        self._scopes[division] = scope
        self._predicting.ask()
        return scope

    async def _follow(self) -> None:
        try:
            while True:
                await self._wait()
                try:
                    async with self._between_passes:
                        await self._push_changes()
                except SQLAlchemyError:
                    # No heartbeat is sent either, so that boards show that they are stale.
                    log.exception("log not read", alert=self._alert)
        finally:
            self._unsubscribe()
            self._sending.end()
            self._predicting.end()
            for scope in self._scopes.values():
                scope.ring.close()

    async def _wait(self) -> None:
        """Wait for a hint or the next poll, and then for the end of the frame interval."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_POLL_SECONDS):
                await self._hint.wait()
        await asyncio.sleep(self._begun_at + self._interval() - self._loop.time())
        self._hint.clear()

    def _interval(self) -> float:
        """Return the shortest time between the starts of two passes, in seconds.

        It grows with the number of sockets that the last pass wrote frames or counts to. It is at
        least twice the duration of that pass's read, so that reading takes at most half of the
        time. Heartbeats and predictions delay no frame: they come once a second at most.
        """
        busy = _FRAME_SECONDS * max(1.0, self._sockets_written / _SOCKETS_A_FRAME)
        return max(busy, 2 * self._read_seconds)

    async def _push_changes(self) -> None:
        self._begun_at = self._loop.time()
        if self._seq is None:
            return
        # Counts and predictions are taken before the log is read. A new board may skip the frames
        # with them, because its own are taken after the log entries in its snapshot were read.
        sent, predictions = self._sending.latest, self._predicting.latest
        update = await self._database.read(
            partial(
                read_update,
                alert=self._alert,
                divisions=tuple(self._scopes),
                after=self._seq,
                at=wall_clock(),
                counts=self._counts,
            )
        )
        if update.seq > self._seq:
            self._predicting.ask()
        self._seq, self._counts = update.seq, update.counts
        if update.deliveries_changed:
            self._sending.ask()
        self._read_seconds = self._loop.time() - self._begun_at
        self._sockets_written = self._push(update) + self._push_progress(update.seq, sent)
        self._push_predictions(update.seq, predictions)

    def _push(self, update: Update) -> int:
        """Push the update's frames and due heartbeats; return how many sockets got a frame."""
        now, sockets = self._loop.time(), 0
        alive = heartbeat(update.seq, wall_clock())
        for division, scope in self._scopes.items():
            frame = update.frames.get(division)
            if frame is not None:
                scope.ring.push(update.seq, frame)
                sockets += scope.sockets
            elif now - scope.sent_at >= _HEARTBEAT_SECONDS:
                scope.ring.push(update.seq, alive, is_beside_log=True)
            else:
                continue
            scope.sent_at = now
        return sockets

    def _push_progress(self, seq: int, sent: Sent | None) -> int:
        """Push the numbers of deliveries if they changed; return the number of sockets reached."""
        if sent is None or sent is self._sent_progress:
            return 0
        self._sent_progress, sockets = sent, 0
        for division, scope in self._scopes.items():
            counts = sent.seen_from(division)
            if counts is not None or scope.first_frames.division_gets_progress:
                text = progress_frame(self._alert, seq, wall_clock(), counts)
                scope.ring.push(seq, text, is_beside_log=True)
                scope.first_frames.division_gets_progress = counts is not None
                scope.sent_at = self._loop.time()
                sockets += scope.sockets
        return sockets

    def _push_predictions(self, seq: int, predictions: Mapping[str, PredictionBody]) -> None:
        """Push the predictions that are new."""
        for division, scope in self._scopes.items():
            prediction = predictions.get(division)
            if prediction is not None and prediction is not scope.prediction:
                text = prediction_frame(self._alert, seq, wall_clock(), prediction)
                scope.ring.push(seq, text, is_beside_log=True)
                scope.prediction = prediction
                scope.sent_at = self._loop.time()


class Hub:
    """Keeps one tail for each alert with open boards. Boards hold no database connection."""

    def __init__(self, database: Database, bus: Bus, predict: Predict) -> None:
        self._database = database
        self._bus = bus
        self._predict = predict
        self._tails: dict[int, Tail] = {}

    async def watch(
        self, alert: int, division: str, after: int | None, write_now: WriteNow
    ) -> AsyncGenerator[bytes, None]:
        """Deliver the frames for a board of this division, as `alerting.feed.frames` defines them.

        `after` is the last log entry that the board has; None for a new board. A frame is either
        written with `write_now` or yielded. `write_now` is called only while no frame waits to be
        yielded. Close the iterator when the board disconnects.

        Raises:
            NotFoundError: if the alert does not concern the division.
            SQLAlchemyError: if the database is unavailable.
            TooSlowError: if the board's next frame is no longer in the ring.
            RingClosedError: if the tail has ended.
        """
        tail = self._tail(alert)
        tail.sockets += 1
        try:
            async with tail.scope(division) as scope:
                opening = await scope.first_frames.after(after)
                yield opening.frames
                async for frame in scope.ring.follow(opening.position, opening.seq, write_now):
                    yield frame
        finally:
            tail.sockets -= 1
            if not tail.sockets:
                self._end(alert, tail)

    def is_watched(self, alert: int, division: str) -> bool:
        """Return whether a board of this division is open and the alert concerns the division."""
        tail = self._tails.get(alert)
        return tail is not None and tail.is_watched(division)

    def close(self) -> None:
        """Stop all tails."""
        for alert, tail in tuple(self._tails.items()):
            self._end(alert, tail)

    def _tail(self, alert: int) -> Tail:
        tail = self._tails.get(alert)
        if tail is None or tail.ended:
            tail = self._tails[alert] = Tail(self._database, self._bus, self._predict, alert)
        return tail

    def _end(self, alert: int, tail: Tail) -> None:
        tail.end()
        if self._tails.get(alert) is tail:
            del self._tails[alert]
