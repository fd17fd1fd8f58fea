"""Predicts, as a range, when nobody will be unaccounted for and no call for help open ('zero')."""

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
"""The probability that zero is reached before the range."""

LATE: Final = 0.9
"""The probability that zero is reached before the end of the range."""

_FARTHEST: Final = 12 * 3600.0
"""Maximum seconds to the end of a range; a later end would be useless."""

_STEPS: Final = 16
"""Number of bisections of `_FARTHEST`, which give a precision of about a second."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The 80 % range of zero, the time at which it was reached, or why none is predicted."""

    kind: PredictionKind
    earliest: datetime | None = None
    """Start of the range: zero comes earlier with a probability of 10 %."""
    latest: datetime | None = None
    """End of the range: zero comes later with a probability of 10 %."""
    reached: datetime | None = None
    """When zero was reached."""
    reason: Withheld | None = None
    number: int = 0
    """The number of calls or doors that the reason counts."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The inputs for predicting zero of an alert in a division."""

    now: datetime
    state: AlertState
    people: int
    unaccounted: int
    """The number of people unaccounted for."""
    help_open: int
    """The number of open calls for help."""
    help_on_nobody: int
    """The number of open calls for help without an officer's door task."""
    doors_on_nobody: int
    """The number of pending door tasks without an officer."""
    rounds: Sequence[Round]
    pace: Pace
    zero_at: datetime | None
    """When zero was reached; None if it is not reached."""


def predict(seen: Outlook) -> Prediction:
    """Return the prediction from these inputs."""
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
    """Return why no time can be predicted, and what number it counts; None if a time can be."""
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
    """Return the probability that all rounds are done `by` seconds from now."""
    return sum(weight * exp(log_chance_done(rounds, by, a_door)) for a_door, weight in pace.points)


def _when(rounds: Sequence[tuple[Round, int]], pace: Pace, chance: float) -> float:
    """Return, by bisection, the seconds until all rounds are done with the probability `chance`."""
    low, high = 0.0, _FARTHEST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _chance(rounds, pace, middle) < chance:
            low = middle
        else:
            high = middle
    return high
