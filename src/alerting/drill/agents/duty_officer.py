"""The duty officer, who approves the alert that a sensor proposes."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from alerting.drill.city.roster import City
from alerting.drill.progress.milestones import Journal
from alerting.drill.service.client import Service
from alerting.drill.story_time import DrillError, StoryTime, seeded

_READS: Final = (20.0, 60.0)
"""Shortest and longest time from reading a proposal to approving it, in story seconds."""

_LIMIT: Final = 1800.0
"""Story seconds in which a sensor must propose an alert."""

_LOOK_SECONDS: Final = 0.5  # real time

Json = dict[str, Any]


@dataclass
class DutyOfficer:
    """The officer who decides on proposed alerts."""

    id: str
    service: Service
    city: City
    time: StoryTime
    journal: Journal

    async def approve_first(self) -> int:
        """Approve the first proposed alert, and return its id.

        Raises:
            DrillError: if no alert is proposed in time, or the service refuses the approval.
        """
        try:
            async with self.time.timeout(_LIMIT):
                proposal = await self._see()
        except TimeoutError:
            minutes = _LIMIT / 60
            raise DrillError(f"no sensor has proposed an alert in {minutes:.0f} minutes") from None
        self._tell(f"sees that {proposal['name']} proposes an alert: {proposal['hazard']}")
        await self.time.sleep(seeded(self.city.seed, self.id).uniform(*_READS))
        await self.service.tell(f"/api/approvals/{proposal['approval']}/approve")
        self._tell("approves it")
        return int(proposal["alert"])

    async def _see(self) -> Json:
        while True:
            for sensor in await self.service.get("/api/sensors"):
                if sensor["may_decide"]:
                    return dict(sensor)
            await asyncio.sleep(_LOOK_SECONDS)

    def _tell(self, words: str) -> None:
        place = self.id.rpartition("-")[2]
        self.journal.tell(f"{self.city.name(place)}: the duty officer {words}")
