"""The drill's clock, its seeded random numbers, and the error that ends it early."""

import random
from datetime import datetime

from alerting.clock_file import ClockFile
from alerting.drill.timers import Timers, utc_now


def seeded(seed: int, subject: str) -> random.Random:
    """Return a generator that depends only on the seed and the subject."""
    return random.Random(f"{seed}:{subject}")  # noqa: S311 - it plays people, it keeps no secret


class DrillError(Exception):
    """The drill cannot go on; its message says why, and what to look at."""


class StoryTime(Timers):
    """The time of the service under drill, read from the same clock file.

    The story begins when its alert is raised. If gauges report before, their first reading begins
    it, and the alert begins it again.
    """

    def __init__(self, clock: ClockFile) -> None:
        super().__init__(clock)
        self.began: datetime | None = None
        """The story instant at which the alert was raised."""

    def begin(self, instant: str) -> None:
        """Begin the story at an instant in ISO 8601, as the service writes it."""
        self.began = datetime.fromisoformat(instant)

    def now(self) -> datetime:
        """Return the present story instant."""
        return self.at(utc_now())

    def at(self, wall: datetime) -> datetime:
        """Return the story instant at a real instant."""
        return self.clock.at(wall)

    def elapsed(self, instant: datetime | None = None) -> float:
        """Return the story seconds from the alert to a story instant, by default to now."""
        if self.began is None:
            return 0.0
        return ((instant or self.now()) - self.began).total_seconds()

    def mean_speed(self) -> float:
        """Return the story's mean speed since its alert."""
        if self.began is None:
            return 0.0
        return self.elapsed() / (utc_now() - self.clock.wall(self.began)).total_seconds()

    async def until(self, elapsed: float) -> None:
        """Wait until `elapsed` story seconds after the alert."""
        await self.sleep(max(0.0, elapsed - self.elapsed()))


def clock_face(seconds: float) -> str:
    """Return story seconds as 'T+07:30'."""
    minutes, rest = divmod(int(seconds), 60)
    return f"T+{minutes:02d}:{rest:02d}"


def rounded(seconds: float | None) -> float | None:
    """Return seconds to a tenth."""
    return None if seconds is None else round(seconds, 1)
