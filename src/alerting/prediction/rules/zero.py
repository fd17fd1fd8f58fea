"""The moment at which nobody is unaccounted and no call for help is open, as a range."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from typing import Final

from alerting.cap.lifecycle import OVER, AlertState
from alerting.feed.predicted import PredictionKind, Withheld
from alerting.prediction.rules.doors import Pace, Round, log_chance_done

EARLY: Final = 0.1
"""The chance that zero is reached before the range."""

LATE: Final = 0.9
"""The chance that zero is reached by the end of the range."""

_FARTHEST: Final = 12 * 3600.0
"""Seconds beyond which a range says nothing."""

_STEPS: Final = 16
"""Halvings of the farthest time: to a second."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The moment of zero: a range of 80 %, the moment itself, or the reason why there is none."""

    kind: PredictionKind
    earliest: datetime | None = None
    """With a range: zero comes before it with a chance of 10 %."""
    latest: datetime | None = None
    """With a range: zero comes after it with a chance of 10 %."""
    reached: datetime | None = None
    """When zero was reached."""
    reason: Withheld | None = None
    number: int = 0
    """The number that the reason counts."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The facts of a division of an alert from which the moment of zero is predicted."""

    now: datetime
    state: AlertState
    people: int
    unaccounted: int
    """Number of people unaccounted."""
    help_open: int
    """Number of open calls for help."""
    help_on_nobody: int
    """Number of open calls for help that have no door task with an officer."""
    doors_on_nobody: int
    """Number of pending door tasks without an officer."""
    rounds: Sequence[Round]
    pace: Pace
    zero_at: datetime | None
    """When the last person was heard of and the last call for help resolved; None: never so far."""


def predict(seen: Outlook) -> Prediction:
    """Return the prediction."""
    if seen.people and not seen.unaccounted and not seen.help_open:
        return Prediction(PredictionKind.REACHED, reached=seen.zero_at)
    if obstacle := _obstacle(seen):
        reason, number = obstacle
        return Prediction(PredictionKind.WITHHELD, reason=reason, number=number)
    rounds = list(Counter(seen.rounds).items())
    early, late = (_when(rounds, seen.pace, chance) for chance in (EARLY, LATE))
    return Prediction(
        PredictionKind.RANGE,
        seen.now + timedelta(seconds=early),
        seen.now + timedelta(seconds=late),
    )


def _obstacle(seen: Outlook) -> tuple[Withheld, int] | None:
    """Return why no time can be named, with the number that the reason counts."""
    if not seen.people:
        return Withheld.NOBODY_ON_ROLL, 0
    if seen.state in OVER:
        return Withheld.OVER, 0
    on_nobody = (
        (Withheld.HELP_OPEN, seen.help_on_nobody),
        (Withheld.DOORS_ON_NOBODY, seen.doors_on_nobody),
    )
    for reason, number in on_nobody:
        if number:
            return reason, number
    if _chance(list(Counter(seen.rounds).items()), seen.pace, _FARTHEST) >= LATE:
        return None
    if seen.help_open:
        return Withheld.CALLS_WAIT, seen.help_open
    return Withheld.DOORS_WAIT, sum(each.doors for each in seen.rounds)


def _chance(rounds: Sequence[tuple[Round, int]], pace: Pace, by: float) -> float:
    """Return the chance that everything is done `by` so many seconds from now."""
    return sum(weight * exp(log_chance_done(rounds, by, a_door)) for a_door, weight in pace.points)


def _when(rounds: Sequence[tuple[Round, int]], pace: Pace, chance: float) -> float:
    """Return the seconds from now by which everything is done with a chance, by bisection."""
    low, high = 0.0, _FARTHEST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _chance(rounds, pace, middle) < chance:
            low = middle
        else:
            high = middle
    return high
