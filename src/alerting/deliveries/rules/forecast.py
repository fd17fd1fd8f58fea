"""Forecast of an alert before it is sent: its audience, priorities, cost and expected finish."""

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
    """Priority of a delivery; lower numbers are sent earlier.

    Officers come first, then vulnerable households, then the others. A household's distance from
    the hazard is added to its priority, in steps of 100 m up to FARTHEST_STEP. If the position of
    the hazard or the household is unknown, FARTHEST_STEP is added.
    """

    OFFICER = 0
    VULNERABLE = 10_000
    HOUSEHOLD = 20_000
    ANSWER = 30_000


FARTHEST_STEP: Final = 9_999

METRES_PER_STEP: Final = 100


@dataclass(frozen=True)
class Audience:
    """The households and people whom an alert would reach now, by the roster of its area."""

    households: int
    people: int
    vulnerable_households: int
    households_without_phone: int
    households_in_care: int
    """Number of households in the care of a neighbour, who is asked if they do not answer."""
    officers: int
    texts_by_readers: Mapping[Readers, int]
    """Number of texts to households, by language and division."""
    calls_by_language: Mapping[str, int]
    """Number of texts to officers, by language; these are longer than the households' texts."""

    @property
    def texts_by_language(self) -> Mapping[str, int]:
        """Number of texts to households and officers, by language."""
        texts = Counter(self.calls_by_language)
        for readers, households in self.texts_by_readers.items():
            texts[readers.language] += households
        return texts


@dataclass(frozen=True)
class Backlog:
    """The waiting text segments of all alerts, which share one rate limit."""

    segments: int
    segments_per_second: float
    waits_since: datetime | None = None
    """When the first waiting text of one alert became due; None if no text waits."""

    def finish(self, now: datetime, more: int = 0) -> datetime:
        """Return when the backlog is sent, if `more` segments join it now."""
        return now + timedelta(seconds=(self.segments + more) / self.segments_per_second)

    def is_late(self, now: datetime, within: timedelta) -> bool:
        """Return whether the alert's texts leave more than `within` after they became due."""
        return self.waits_since is not None and self.finish(now) - self.waits_since > within


@dataclass(frozen=True)
class Forecast:
    """The number of texts, the expected finish and the cost of sending to an audience."""

    texts: int
    segments: int
    finish: datetime
    late: bool
    """True if the last text leaves later than the policy allows, which a preview must show."""
    cost: float
    """The cost of all segments, at the policy's `cost_per_segment`."""


def forecast(
    batches: Collection[tuple[int, int]],
    *,
    backlog: Backlog,
    now: datetime,
    cost_per_segment: float,
    finish_within: timedelta,
) -> Forecast:
    """Predict when the last of these texts is handed over, and what all of them cost.

    The texts queue behind the backlog. `batches` holds pairs of a number of texts and the segments
    of each text.
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
