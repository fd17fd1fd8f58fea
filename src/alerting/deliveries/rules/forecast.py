"""What an alert will take before it is sent: priorities, languages, cost, predicted finish."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final


class Recipient(StrEnum):
    """Who a delivery is for."""

    HOUSEHOLD = "household"
    OFFICER = "officer"


class Priority(IntEnum):
    """Which deliveries go first; a lower number is sent earlier.

    'Vulnerable first, then nearest to the hazard, then the rest, officers ahead of all.' A
    household's place among its like adds its distance from the hazard, in steps of 100 m, up to
    FARTHEST_STEP; where either place is unknown the distance is taken as the farthest.
    """

    OFFICER = 0
    VULNERABLE = 10_000
    HOUSEHOLD = 20_000
    ANSWER = 30_000


FARTHEST_STEP: Final = 9_999

METRES_PER_STEP: Final = 100


@dataclass(frozen=True)
class Audience:
    """Whom an alert would reach now: what the roster says of its area."""

    households: int
    people: int
    vulnerable_households: int
    households_without_phone: int
    officers: int
    texts_by_language: Mapping[str, int]
    """Texts to be sent in each language, officers' included."""
    calls: int
    """Of these, officers' texts: they say more than the households', in the home language."""


@dataclass(frozen=True)
class Backlog:
    """Segments that wait for a sender: those of every alert, which share one pace."""

    segments: int
    segments_per_second: float
    waits_since: datetime | None = None
    """Since when the alert's own do; None: none of it waits."""

    def finish(self, now: datetime, more: int = 0) -> datetime:
        """Return when the last of it leaves, and of `more` segments that join it now."""
        return now + timedelta(seconds=(self.segments + more) / self.segments_per_second)

    def is_late(self, now: datetime, within: timedelta) -> bool:
        """Whether the alert's own segments leave later than the policy allows."""
        return self.waits_since is not None and self.finish(now) - self.waits_since > within


@dataclass(frozen=True)
class Forecast:
    """What sending to an audience takes."""

    texts: int
    segments: int
    finish: datetime
    late: bool
    """The last text would leave later than the policy allows: a commander must know before."""
    cost: float


def forecast(
    batches: Collection[tuple[int, int]],
    *,
    backlog: Backlog,
    now: datetime,
    cost_per_segment: float,
    finish_within: timedelta,
) -> Forecast:
    """Predict when the last of these texts is handed over, and the cost of all of them.

    They leave behind the backlog. `batches` are pairs: how many texts, and the segments of each.
    """
    segments = sum(texts * each for texts, each in batches)
    finish = backlog.finish(now, segments)
    return Forecast(
        texts=sum(texts for texts, _ in batches),
        segments=segments,
        finish=finish,
        late=finish - now > finish_within,
        cost=round(segments * cost_per_segment, 2),
    )
