"""A gauge, which reports one value every story minute over HTTP with its own token."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from alerting.drill.gauges.plans import MINUTE, GaugePlan, Trouble, crossings
from alerting.drill.progress.milestones import Journal
from alerting.drill.service.client import Service
from alerting.drill.story_time import StoryTime

_TOLD_EVERY: Final = 3
"""Story minutes from one printed reading of a working gauge to the next."""

_TROUBLES: Final = {
    Trouble.FLAPS: "flaps around its threshold",
    Trouble.LIES: "has a clock that is an hour fast",
}


@dataclass
class Gauge:
    """One gauge, whose token permits nothing but sending its own readings."""

    plan: GaugePlan
    service: Service
    time: StoryTime
    journal: Journal
    values: list[float] = field(default_factory=list)
    """The values that the service has accepted."""
    red_at: datetime | None = None
    """The story instant of the first value that reached the red threshold; None before that."""

    @property
    def crossings(self) -> int:
        """How often the values have risen to the yellow threshold."""
        return crossings(self.values, self.plan.yellow)

    async def report(self) -> None:
        """Report values until cancelled, or until the gauge dies as planned."""
        if words := _TROUBLES.get(self.plan.trouble):
            self.journal.tell(f"{self.plan.words} {words}")
        for minute in itertools.count():
            value = self.plan.value(minute)
            if value is None:
                self.journal.tell(f"{self.plan.words} dies")
                return
            await self._send(minute, value)
            await self.time.sleep(MINUTE)

    async def _send(self, minute: int, value: float) -> None:
        now = self.time.now()
        if value >= self.plan.red and self.red_at is None:
            self.red_at = now
        reading = {
            "value": value,
            "unit": self.plan.unit,
            "at": (now + self.plan.clock_error).isoformat(),
            "status": "ok",
        }
        await self.service.tell(f"/api/sensors/{self.plan.name}/readings", {"readings": [reading]})
        self.values.append(value)
        is_sound = self.plan.trouble is Trouble.NONE and minute < len(self.plan.curve)
        is_minor = not is_sound or minute % _TOLD_EVERY != 0
        self.journal.tell(f"{self.plan.words} reads {value:g} {self.plan.unit}", minor=is_minor)
