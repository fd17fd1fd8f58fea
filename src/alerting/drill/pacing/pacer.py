"""Slows the story while the service lags, and speeds it up again afterwards.

Between two limits, the speed falls linearly with the lag. Under a constant load it settles at the
speed that the service can keep, and the lag stays the same. Speeds are in story seconds per real
second, lags in story seconds.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from alerting.drill.pacing.lag import Lag
from alerting.drill.progress.milestones import Journal
from alerting.drill.story_time import StoryTime
from alerting.drill.timers import utc_now

SLOWEST: Final = 1.0
"""Real time. A service that lags at this speed would lag in a real evacuation too."""

IN_TIME: Final = 30.0
"""The lag up to which the story runs at its greatest speed."""

TOO_LATE: Final = 90.0
"""The lag from which the story runs at `SLOWEST`.

This is half the time to the first reminder, so that escalation steps still come in order.
"""

_LEAST_CHANGE: Final = 0.1

_LOOK_SECONDS: Final = 0.25  # real time

_TOLD_BELOW: Final = 0.5
"""The share of the greatest speed below which the journal says that the story slows down."""


@dataclass
class Pacer:
    """Sets the speed of the clock that all processes of a drill share."""

    time: StoryTime
    lag: Lag
    greatest: float
    journal: Journal
    _told: bool = False
    """Whether the journal says that the story is slowed down."""

    async def keep(self) -> None:
        """Adjust the speed every 0.25 s until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self.look()

    def look(self) -> None:
        """Change the speed if the lag requires it."""
        work, lag = self.lag.worst()
        wanted = speed_for(lag, self.greatest)
        if is_change(self.time.speed, wanted, self.greatest):
            self.time.clock.change(wanted, utc_now())
        self._tell(wanted, f"{work} are {lag:.0f} s late")

    def _tell(self, speed: float, why: str) -> None:
        """Write to the journal when the story slows down and when it is at full speed again."""
        if speed < _TOLD_BELOW * self.greatest and not self._told:
            self._told = True
            self.journal.tell(f"the story slows down, so that the service keeps up: {why}")
        elif speed == self.greatest and self._told:
            self._told = False
            self.journal.tell(f"the story goes at {speed:g}x again")


def speed_for(lag: float, greatest: float) -> float:
    """Return the speed for a lag, between SLOWEST and `greatest`."""
    share = (TOO_LATE - lag) / (TOO_LATE - IN_TIME)
    return max(SLOWEST, greatest * min(1.0, share))


def is_change(speed: float, wanted: float, greatest: float) -> bool:
    """Return whether the wanted speed reaches a limit or differs by more than a tenth."""
    is_limit = wanted in {SLOWEST, greatest} and wanted != speed
    return is_limit or abs(wanted - speed) > _LEAST_CHANGE * speed
