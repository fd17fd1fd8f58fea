"""Timers and a clock in story time, whose speed may change at any moment."""

import asyncio
import contextlib
import heapq
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from alerting.clock_file import ClockFile

_LOOK_SECONDS: Final = 0.05
"""Real seconds between checks for a change of speed."""


def utc_now() -> datetime:
    """Return the present real instant, in UTC."""
    return datetime.now(UTC)


@dataclass(order=True, slots=True)
class Timer:
    """An action to run at a story instant, unless it is cancelled."""

    due: datetime
    place: int
    action: Callable[[], None] | None = field(compare=False)

    def cancel(self) -> None:
        """Cancel the action."""
        self.action = None

    def run(self) -> None:
        """Run the action, unless it is cancelled."""
        if self.action is not None:
            self.action()


class Timers:
    """Runs actions at story instants with one timer of the event loop."""

    def __init__(self, clock: ClockFile) -> None:
        self.clock = clock
        self._heap: list[Timer] = []
        self._places = itertools.count()
        self._handle: asyncio.TimerHandle | None = None

    @property
    def speed(self) -> float:
        """The present speed of story time, in story seconds per real second."""
        return self.clock.speed(utc_now())

    def later(self, seconds: float, action: Callable[[], None]) -> Timer:
        """Run `action` after `seconds` of story time; return its timer, which can be cancelled."""
        due = self.clock.at(utc_now()) + timedelta(seconds=seconds)
        timer = Timer(due, next(self._places), action)
        heapq.heappush(self._heap, timer)
        if self._first() is timer:
            self._wake_for_first()
        return timer

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` of story time."""
        passed = asyncio.Event()
        timer = self.later(seconds, passed.set)
        try:
            await passed.wait()
        finally:
            timer.cancel()

    @contextlib.asynccontextmanager
    async def timeout(self, seconds: float) -> AsyncIterator[None]:
        """Limit a `with` block to `seconds` of story time.

        Raises:
            TimeoutError: if the block takes longer.
        """
        async with asyncio.timeout(None) as limit:
            timer = self.later(seconds, lambda: limit.reschedule(0.0))
            try:
                yield
            finally:
                timer.cancel()

    def _run(self) -> None:
        self._handle = None
        loop, now = asyncio.get_running_loop(), utc_now()
        while (first := self._first()) and first.due <= self.clock.at(now):
            # The action is scheduled, not run at once, because another due action may cancel it.
            loop.call_soon(heapq.heappop(self._heap).run)
        self._wake_for_first()

    def _wake_for_first(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if first := self._first():
            now = utc_now()
            left = (first.due - self.clock.at(now)).total_seconds()
            pause = min(_LOOK_SECONDS, left / self.clock.speed(now))
            self._handle = asyncio.get_running_loop().call_later(max(0.0, pause), self._run)

    def _first(self) -> Timer | None:
        """Return the first timer that is not cancelled."""
        while self._heap and self._heap[0].action is None:
            heapq.heappop(self._heap)
        return self._heap[0] if self._heap else None


class StoryClock(Timers):
    """A clock that counts the story seconds since its creation."""

    def __init__(self, clock: ClockFile) -> None:
        super().__init__(clock)
        self._origin = clock.at(utc_now())

    def now(self) -> float:
        """Return the story seconds since this clock was created."""
        return (self.clock.at(utc_now()) - self._origin).total_seconds()
