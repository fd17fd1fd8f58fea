"""The drill's clock, its repeatable chance, and the error that ends it before its time."""

import random
from datetime import datetime

from alerting.clock_file import ClockFile
from alerting.drill.timers import Timers, utc_now


def seeded(seed: int, subject: str) -> random.Random:
    """Return a generator that depends on the seed and the subject alone."""
    return random.Random(f"{seed}:{subject}")  # noqa: S311 - it plays people, it keeps no secret


class DrillError(Exception):
    """The drill cannot go on; its message says why, and what to look at."""


class StoryTime(Timers):
    """The time of the service under drill, which runs on the same clock file.

    The story begins with its alert.
    """

    def __init__(self, clock: ClockFile) -> None:
        super().__init__(clock)
        self.began: datetime | None = None
        """When the alert was raised, in the story's time."""

    def begin(self, instant: str) -> None:
        """Begin the story at an instant as the service writes it (ISO 8601)."""
        self.began = datetime.fromisoformat(instant)

    def now(self) -> datetime:
        """Return the story's instant."""
        return self.at(utc_now())

    def at(self, wall: datetime) -> datetime:
        """Return the story's instant at an instant of the machine."""
        return self.clock.at(wall)

    def elapsed(self, instant: datetime | None = None) -> float:
        """Return the story seconds from the alert to a story's instant, or else to now."""
        if self.began is None:
            return 0.0
        return ((instant or self.now()) - self.began).total_seconds()

    def mean_speed(self) -> float:
        """Return how fast the story has gone since its alert."""
        if self.began is None:
            return 0.0
        return self.elapsed() / (utc_now() - self.clock.wall(self.began)).total_seconds()

    async def until(self, elapsed: float) -> None:
        """Wait until so many story seconds have passed since the alert."""
        await self.sleep(max(0.0, elapsed - self.elapsed()))


def clock_face(seconds: float) -> str:
    """Return story seconds as 'T+07:30'."""
    minutes, rest = divmod(int(seconds), 60)
    return f"T+{minutes:02d}:{rest:02d}"
