"""The service's lag behind story time, measured from outside.

For each kind of work it holds the story instant up to which the work is done. If a look returns
nothing, the instant stays and the lag grows: a service that does not answer lags too.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from alerting.drill.pacing.looks import Look
from alerting.drill.story_time import StoryTime

_LOOK_SECONDS: Final = 0.25  # real time


class Work(StrEnum):
    """Kinds of work that the service must do on time."""

    TEXTS = "texts due"
    ANSWERS = "answers and receipts"
    STEPS = "steps of escalation"
    RESTARTS = "restarts of killed processes"


@dataclass
class Lag:
    """The latest known instants, updated by `watch`."""

    time: StoryTime
    done_until: dict[Work, datetime] = field(default_factory=dict)

    async def watch(self, work: Work, look: Look) -> None:
        """Poll a look for the instant up to which the work is done, until cancelled."""
        self.done_until[work] = self.time.now()
        while True:
            until = await look(self.time.now())
            if until is not None:
                self.done_until[work] = until
            await asyncio.sleep(_LOOK_SECONDS)

    def worst(self) -> tuple[Work | None, float]:
        """Return the work that lags most, and its lag in story seconds."""
        if not self.done_until:
            return None, 0.0
        work, until = min(self.done_until.items(), key=lambda item: item[1])
        late = (self.time.now() - until).total_seconds()
        # Subtract the look interval: work on time at the last look is not late because time passed.
        return work, max(0.0, late - self.time.speed * _LOOK_SECONDS)
