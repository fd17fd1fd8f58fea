"""How far the service lags behind the story, as a stranger can tell.

Of each kind of work it is known up to which instant of the story it is done. Where nobody says,
that instant stays and the lag grows: a service that does not answer lags behind, too.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from alerting.drill.pacing.looks import Look
from alerting.drill.story_time import StoryTime

_LOOK_SECONDS: Final = 0.25  # of the machine


class Work(StrEnum):
    """What the service owes in time."""

    TEXTS = "texts due"
    ANSWERS = "answers and receipts"
    STEPS = "steps of escalation"


@dataclass
class Lag:
    """The newest known instants, kept up by `watch`."""

    time: StoryTime
    done_until: dict[Work, datetime] = field(default_factory=dict)

    async def watch(self, work: Work, look: Look) -> None:
        """Ask again and again, until cancelled."""
        self.done_until[work] = self.time.now()
        while True:
            until = await look(self.time.now())
            if until is not None:
                self.done_until[work] = until
            await asyncio.sleep(_LOOK_SECONDS)

    def worst(self) -> tuple[Work | None, float]:
        """Return what lags behind most, and by how many story seconds."""
        if not self.done_until:
            return None, 0.0
        work, until = min(self.done_until.items(), key=lambda item: item[1])
        late = (self.time.now() - until).total_seconds()
        # What was in time at the last look is not late because that was a moment ago.
        return work, max(0.0, late - self.time.speed * _LOOK_SECONDS)
