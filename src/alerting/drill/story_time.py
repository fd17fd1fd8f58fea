"""The drill's clock, its repeatable chance, and the error that ends it before its time."""

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime


def seeded(seed: int, subject: str) -> random.Random:
    """Return a generator that depends on the seed and the subject alone."""
    return random.Random(f"{seed}:{subject}")  # noqa: S311 - it plays people, it keeps no secret


class DrillError(Exception):
    """The drill cannot go on; its message says why, and what to look at."""


@dataclass
class StoryTime:
    """Converts between both times; the story begins with its alert.

    The service under drill runs on the same formula (ALERTING_CLOCK_SPEED and _ANCHOR), so its
    instants are the story's.
    """

    speed: float
    anchor: datetime
    began: datetime | None = None
    """When the alert was raised, in the story's time."""

    def begin(self, instant: str) -> None:
        """Begin the story at an instant as the service writes it (ISO 8601)."""
        self.began = datetime.fromisoformat(instant)

    def now(self) -> datetime:
        """Return the story's instant."""
        return self.at(datetime.now(UTC))

    def at(self, wall: datetime) -> datetime:
        """Return the story's instant at an instant of the machine."""
        return self.anchor + (wall - self.anchor) * self.speed

    def elapsed(self, instant: datetime | None = None) -> float:
        """Return the story seconds from the alert to a story's instant, or else to now."""
        if self.began is None:
            return 0.0
        return ((instant or self.now()) - self.began).total_seconds()

    def real(self, seconds: float) -> float:
        """Return how many seconds of the machine `seconds` of the story take."""
        return seconds / self.speed

    async def sleep(self, seconds: float) -> None:
        """Wait so many story seconds."""
        await asyncio.sleep(self.real(seconds))

    async def until(self, elapsed: float) -> None:
        """Wait until so many story seconds have passed since the alert."""
        await self.sleep(max(0.0, elapsed - self.elapsed()))


def clock_face(seconds: float) -> str:
    """Return story seconds as 'T+07:30'."""
    minutes, rest = divmod(int(seconds), 60)
    return f"T+{minutes:02d}:{rest:02d}"
