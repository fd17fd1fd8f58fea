"""Slows the story while the service lags, and speeds it up again afterwards."""

import asyncio
from dataclasses import dataclass
from typing import Final

from alerting.drill.pacing.lag import Lag
from alerting.drill.pacing.speed import is_change, speed_for
from alerting.drill.progress.milestones import Journal
from alerting.drill.story_time import StoryTime
from alerting.drill.timers import utc_now

_LOOK_SECONDS: Final = 0.25  # real time

_TOLD_BELOW: Final = 0.5
"""The share of the greatest speed below which the journal says that the story is slowed down."""


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
        """Keep the pace until cancelled."""
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
        """Tell the journal once that the story slows down, and once that it is at full speed."""
        if speed < _TOLD_BELOW * self.greatest and not self._told:
            self._told = True
            self.journal.tell(f"the story slows down, so that the service keeps up: {why}")
        elif speed == self.greatest and self._told:
            self._told = False
            self.journal.tell(f"the story goes at {speed:g}x again")
