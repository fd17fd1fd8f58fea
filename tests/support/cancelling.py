"""Cancels a loop at each of its awaits, also at the moment when the awaited result arrives.

The event loop skips idle time, so that a loop that polls every 2 s can be cancelled 100 times in a
real second.
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
"""Real seconds to wait before skipping idle time, so that threads and sockets can act."""
_PATIENCE_SECONDS: Final = 20.0
_RESULT_SECONDS: Final = 5.0
_AWAITS_TO_END: Final = 25
"""Maximum number of awaits after the cancellation; a loop with more counts as running on."""


class Moment(Enum):
    """When a loop is cancelled, relative to one of its awaits."""

    BEFORE = auto()
    """While the loop waits."""
    BEFORE_A_HINT = auto()
    """In the same turn of the event loop as the wake-up, just before it."""
    AFTER_A_HINT = auto()
    """In the same turn of the event loop as the wake-up, just after it."""
    A_TURN_AFTER_A_HINT = auto()
    TWO_TURNS_AFTER_A_HINT = auto()
    WITH_THE_RESULT = auto()
    """After the awaited result has arrived, before the loop resumes."""


class HangsError(AssertionError):
    """A cancelled loop waits for an event that never comes."""


class RunsOnError(AssertionError):
    """A cancelled loop goes on running."""


class _Selector(selectors.DefaultSelector):
    """Waits briefly for events, and adds up the idle time to skip."""

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
    """A coroutine that counts its awaits, and is cancelled at await number `at`."""

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
        """Make a task; if it runs the chosen coroutine, count its awaits."""
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
                # The awaited object may be another loop, which never returns a result.
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
"""A function that sends the hint for which a loop waits."""


async def cancelled_everywhere(
    name: str,
    begin: Callable[[], AbstractAsyncContextManager[Wake]],
    awaits: int,
    cancel: Callable[[asyncio.Task[Any]], None] = _cancel,
) -> int:
    """Run a loop repeatedly, cancel each run at another await, and return the number of runs.

    `begin` starts a new loop and yields the function that wakes it. `name` is the qualified name of
    the loop's coroutine.

    Raises:
        RunsOnError: if a loop swallows a cancellation.
        HangsError: if a loop does not end after a cancellation.
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
        # A cancelled handshake leaves its socket to the garbage collector. Collect it now, so that
        # its warning does not fail another test.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            collect_garbage()
