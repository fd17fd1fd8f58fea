"""The duty officer, who sees that a sensor proposes an alert, and approves it."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from alerting.drill.city.roster import City
from alerting.drill.progress.milestones import Journal
from alerting.drill.service.client import Service
from alerting.drill.story_time import DrillError, StoryTime, seeded

_READS: Final = (20.0, 60.0)
"""Story seconds between seeing a proposal and approving it."""

_LIMIT: Final = 1800.0
"""Story seconds within which a sensor must have proposed an alert."""

_LOOK_SECONDS: Final = 0.5  # real time

Json = dict[str, Any]


@dataclass
class DutyOfficer:
    """The officer who decides on proposals."""

    id: str
    service: Service
    city: City
    time: StoryTime
    journal: Journal

    async def approve_first(self) -> int:
        """Approve the first proposal, and return the alert that it has become.

        Raises:
            DrillError: if no proposal comes in time, or the service refuses the approval.
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
