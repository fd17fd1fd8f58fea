"""Story time: the clock of the simulated city."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime


class StoryClock:
    """Counts story seconds from its making; they pass `speed` times as fast as real ones."""

    def __init__(self, speed: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._origin = self._loop.time()
        self._speed = speed

    def now(self) -> float:
        """Return the story seconds since the start."""
        return (self._loop.time() - self._origin) * self._speed

    def real(self, seconds: float) -> float:
        """Return how many real seconds `seconds` of the story take."""
        return seconds / self._speed

    def later(self, seconds: float, action: Callable[[], None]) -> asyncio.TimerHandle:
        """Run `action` after so many story seconds; the handle cancels it."""
        return self._loop.call_later(self.real(seconds), action)

    async def sleep(self, seconds: float) -> None:
        """Wait so many story seconds."""
        await asyncio.sleep(self.real(seconds))


def utc_now() -> datetime:
    """Return the real instant, as dates in the provider's answers are."""
    return datetime.now(UTC)
