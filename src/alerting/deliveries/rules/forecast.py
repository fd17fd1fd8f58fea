"""Forecast of an alert before it is sent: audience, priorities, cost, predicted finish."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from alerting.messages.wording import Readers


class Recipient(StrEnum):
    """Kind of recipient of a delivery."""

    HOUSEHOLD = "household"
    OFFICER = "officer"
    GROUP = "group"


class Priority(IntEnum):
    """Priority of a delivery; a lower number is sent earlier.

    'Vulnerable first, then nearest to the hazard, then the rest, officers ahead of all.' A
    household's priority adds its distance from the hazard, in steps of 100 m, up to
    FARTHEST_STEP; if either place is unknown, the distance is FARTHEST_STEP.
    """

    OFFICER = 0
    VULNERABLE = 10_000
    HOUSEHOLD = 20_000
    ANSWER = 30_000


FARTHEST_STEP: Final = 9_999

METRES_PER_STEP: Final = 100


@dataclass(frozen=True)
class Audience:
    """People and households that an alert would reach now, by the roster of its area."""

    households: int
    people: int
    vulnerable_households: int
    households_without_phone: int
    households_in_care: int
    """Households that a neighbour looks after, who is asked when they are silent."""
    officers: int
    texts_by_readers: Mapping[Readers, int]
    """Number of households' texts, by what they read."""
    calls_by_language: Mapping[str, int]
    """Number of officers' texts by language: longer than the households'."""

    @property
    def texts_by_language(self) -> Mapping[str, int]:
        """Number of texts in each language, officers' included."""
        texts = Counter(self.calls_by_language)
        for readers, households in self.texts_by_readers.items():
            texts[readers.language] += households
        return texts


@dataclass(frozen=True)
class Backlog:
    """Waiting segments of all alerts, which share one sender's pace."""

    segments: int
    segments_per_second: float
    waits_since: datetime | None = None
    """When the alert's own first waiting text was due; None: none waits."""

    def finish(self, now: datetime, more: int = 0) -> datetime:
        """Return when the last segment leaves, if `more` segments join the backlog now."""
        return now + timedelta(seconds=(self.segments + more) / self.segments_per_second)

    def is_late(self, now: datetime, within: timedelta) -> bool:
        """Return whether the alert's own segments leave more than `within` after their due time."""
        return self.waits_since is not None and self.finish(now) - self.waits_since > within


@dataclass(frozen=True)
class Forecast:
    """Texts, segments, time and cost of sending to an audience."""

    texts: int
    segments: int
    finish: datetime
    late: bool
    """True if the last text leaves later than the policy allows; a commander must know first."""
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

    They queue behind the backlog. `batches` are pairs: number of texts, segments of each text.
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
