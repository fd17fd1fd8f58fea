"""Cancels a loop at each of its awaits, also at the moment when the awaited result arrives.

The event loop skips idle time, so that a loop that polls every 2 s is cancelled 100 times per real
second.
"""

import asyncio
import selectors
import warnings
from collections.abc import Callable, Coroutine, Generator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final, TypeVar

from tests.support.garbage import collect_garbage

_T = TypeVar("_T")

_BREATH_SECONDS: Final = 0.002
"""Real seconds without an event before time is skipped, so that threads and sockets can act."""
_PATIENCE_SECONDS: Final = 20.0
_RESULT_SECONDS: Final = 5.0
_AWAITS_TO_END: Final = 25
"""Awaits allowed to a cancelled loop for its clean-up; with more it counts as running on."""


class Moment(Enum):
    """Moments of a cancellation, relative to one await of the loop."""

    BEFORE = auto()
    """While it waits."""
    BEFORE_A_HINT = auto()
    """In the event-loop turn of the wake-up, before it."""
    AFTER_A_HINT = auto()
    """In the event-loop turn of the wake-up, after it."""
    A_TURN_AFTER_A_HINT = auto()
    TWO_TURNS_AFTER_A_HINT = auto()
    WITH_THE_RESULT = auto()
    """When the result has arrived and the loop has not resumed."""


class HangsError(AssertionError):
    """A loop was cancelled and waits for what never comes."""


class RunsOnError(AssertionError):
    """A loop was cancelled and goes on."""


class _Selector(selectors.DefaultSelector):
    """Waits briefly for events, and tells how much idle time to skip."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            found = super().select(_PATIENCE_SECONDS)
            if not found:
                raise HangsError
            return found
        if timeout <= _BREATH_SECONDS:
            return super().select(timeout)
        found = super().select(_BREATH_SECONDS)
        if not found:
            self.skipped += timeout - _BREATH_SECONDS
        return found


class SkippingLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next timer when idle."""

    def __init__(self) -> None:
        self._waiting = _Selector()
        super().__init__(self._waiting)

    def time(self) -> float:
        return super().time() + self._waiting.skipped


@dataclass(eq=False)
class _Stepped(Coroutine[Any, Any, Any]):
    """A coroutine that counts its awaits and is cancelled at one of them."""

    inner: Coroutine[Any, Any, Any]
    at: int
    strike: "_Strike"
    awaits: int = 0

    def send(self, value: Any) -> Any:
        return self._waits(self.inner.send(value))

    def throw(self, *raised: Any) -> Any:
        return self._waits(self.inner.throw(*raised))

    def close(self) -> None:
        self.inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        raise NotImplementedError

    def _waits(self, awaited: Any) -> Any:
        self.awaits += 1
        self.strike.passes(self.awaits - self.at, awaited)
        if self.awaits > self.at + _AWAITS_TO_END:
            raise RunsOnError
        return awaited


@dataclass
class _Strike:
    """One cancellation of one coroutine, at its await number `at`."""

    name: str
    """The coroutine's qualified name."""
    at: int
    moment: Moment
    cancel: Callable[[asyncio.Task[Any]], None]
    wake: Callable[[], None] = lambda: None
    task: asyncio.Task[Any] | None = None
    is_struck: bool = False
    found: asyncio.Event = field(default_factory=asyncio.Event)

    def make_task(
        self, loop: asyncio.AbstractEventLoop, work: Any, **options: Any
    ) -> asyncio.Task[Any]:
        """Make a task; step it if it runs the chosen coroutine."""
        if self.task is not None or getattr(work, "__qualname__", "") != self.name:
            return asyncio.Task(work, loop=loop, **options)
        self.task = asyncio.Task(_Stepped(work, self.at, self), loop=loop, **options)
        self.found.set()
        return self.task

    def passes(self, distance: int, awaited: Any) -> None:
        loop = asyncio.get_running_loop()
        if distance < 0:
            loop.call_soon(self._wake_now)
        elif distance == 0:
            if self.moment is Moment.WITH_THE_RESULT and awaited is not None:
                awaited.add_done_callback(self._cancel_now)
                loop.call_soon(self._wake_now)
                # The awaited object may be another loop, which returns no result.
                loop.call_later(_RESULT_SECONDS, self._cancel_now)
            else:
                self._later(loop)

    def _later(self, loop: asyncio.AbstractEventLoop) -> None:
        hints: dict[Moment, list[list[Callable[[], None]]]] = {
            Moment.BEFORE_A_HINT: [[self._cancel_now, self._wake_now]],
            Moment.AFTER_A_HINT: [[self._wake_now, self._cancel_now]],
            Moment.A_TURN_AFTER_A_HINT: [[self._wake_now], [self._cancel_now]],
            Moment.TWO_TURNS_AFTER_A_HINT: [[self._wake_now], [], [self._cancel_now]],
        }
        turns = hints.get(self.moment, [[self._cancel_now]])

        def turn() -> None:
            for step in turns.pop(0):
                step()
            if turns:
                loop.call_soon(turn)

        loop.call_soon(turn)

    def _wake_now(self) -> None:
        self.wake()

    def _cancel_now(self, _awaited: object = None) -> None:
        assert self.task
        if not self.is_struck:
            self.is_struck = True
            self.cancel(self.task)


def _cancel(task: asyncio.Task[Any]) -> None:
    task.cancel()


Wake = Callable[[], None]
"""Wakes a loop by the hint that it waits for."""


async def cancelled_everywhere(
    name: str,
    begin: Callable[[], AbstractAsyncContextManager[Wake]],
    awaits: int,
    cancel: Callable[[asyncio.Task[Any]], None] = _cancel,
) -> int:
    """Run a loop repeatedly, cancel each run at another await, and return the number of runs.

    `begin` makes a new loop and yields the function that wakes it. `name` is the qualified name of
    the loop's coroutine, wherever its task is made.

    Raises:
        RunsOnError: if it swallows a cancellation.
        HangsError: if it does not end after a cancellation.
    """
    loop = asyncio.get_running_loop()
    strikes = [
        _Strike(name, at, moment, cancel) for moment in Moment for at in range(1, awaits + 1)
    ]
    for strike in strikes:
        loop.set_task_factory(strike.make_task)
        async with begin() as strike.wake:
            await strike.found.wait()
            assert strike.task
            await asyncio.wait({strike.task})
        loop.set_task_factory(None)
        if not strike.task.cancelled() and (failure := strike.task.exception()):
            failure.add_note(f"{name}, await {strike.at}, {strike.moment.name}")
            raise failure
    return len(strikes)


def run_skipping(work: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine on its own event loop, which skips idle time."""
    try:
        with asyncio.Runner(loop_factory=SkippingLoop) as runner:
            return runner.run(work)
    finally:
        # A cancelled handshake leaves its socket to the collector: collected here, so that its
        # warning is charged to no other test.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            collect_garbage()
