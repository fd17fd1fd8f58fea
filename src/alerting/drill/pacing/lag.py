"""The service's lag behind story time, measured from outside.

`Lag` holds, for each kind of work, the story instant up to which the work is done. If the service
does not answer, that instant stays the same, so the lag grows.
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
    """The story instant up to which each kind of work is done, updated by `watch`."""

    time: StoryTime
    done_until: dict[Work, datetime] = field(default_factory=dict)

    async def watch(self, work: Work, look: Look) -> None:
        """Call `look` every 0.25 s until cancelled, and store the instant that it returns."""
        self.done_until[work] = self.time.now()
        while True:
            until = await look(self.time.now())
            if until is not None:
                self.done_until[work] = until
            await asyncio.sleep(_LOOK_SECONDS)

    def worst(self) -> tuple[Work | None, float]:
        """Return the kind of work that lags most and its lag in story seconds."""
        if not self.done_until:
            return None, 0.0
        work, until = min(self.done_until.items(), key=lambda item: item[1])
        late = (self.time.now() - until).total_seconds()
        # The time since the last look is no lag, so one look interval is subtracted.
        return work, max(0.0, late - self.time.speed * _LOOK_SECONDS)
