"""Story time (the drill's simulated time), seeded random numbers, and the drill's error."""

import random
from datetime import datetime

from alerting.clock_file import ClockFile
from alerting.drill.timers import Timers, utc_now


def seeded(seed: int, subject: str) -> random.Random:
    """Return a random number generator that depends only on the seed and the subject."""
    return random.Random(f"{seed}:{subject}")  # noqa: S311 - it plays people, it keeps no secret


class DrillError(Exception):
    """The drill cannot go on; the message says why, and where to look."""


class StoryTime(Timers):
    """Story time, read from the clock file that the service under drill uses too.

    Elapsed time counts from the alert. If gauges report before the alert, it counts from their
    first reading, and starts again at 0 with the alert.
    """

    def __init__(self, clock: ClockFile) -> None:
        super().__init__(clock)
        self.began: datetime | None = None
        """The story instant from which elapsed time counts; None before the first event."""

    def begin(self, instant: str) -> None:
        """Count elapsed time from this instant, given in ISO 8601."""
        self.began = datetime.fromisoformat(instant)

    def now(self) -> datetime:
        """Return the present story instant."""
        return self.at(utc_now())

    def at(self, wall: datetime) -> datetime:
        """Return the story instant that corresponds to a real instant."""
        return self.clock.at(wall)

    def elapsed(self, instant: datetime | None = None) -> float:
        """Return the story seconds from the alert to a story instant, which is now by default."""
        if self.began is None:
            return 0.0
        return ((instant or self.now()) - self.began).total_seconds()

    def mean_speed(self) -> float:
        """Return the mean speed of story time since the alert, in story seconds per second."""
        if self.began is None:
            return 0.0
        return self.elapsed() / (utc_now() - self.clock.wall(self.began)).total_seconds()

    async def until(self, elapsed: float) -> None:
        """Wait until `elapsed` story seconds have passed since the alert."""
        await self.sleep(max(0.0, elapsed - self.elapsed()))


def clock_face(seconds: float) -> str:
    """Return story seconds in the form 'T+07:30'."""
    minutes, rest = divmod(int(seconds), 60)
    return f"T+{minutes:02d}:{rest:02d}"


def rounded(seconds: float | None) -> float | None:
    """Return seconds rounded to a tenth; None stays None."""
    return None if seconds is None else round(seconds, 1)
