"""Control of the story's speed by the lag: additive increase, multiplicative decrease (AIMD).

Speeds are in story seconds per real second, all other figures in story seconds.
"""

from enum import StrEnum
from typing import Final

SLOWEST: Final = 1.0
"""Real time: a service that lags at this speed would lag in a real evacuation too."""

TOO_LATE: Final = 90.0
"""Half the time to the first reminder, so that escalation steps still come in order."""

FAR_TOO_LATE: Final = 2 * TOO_LATE

IN_TIME: Final = 45.0

_TOLERANCE: Final = 0.1
"""Tolerated growth of the lag, as a share of elapsed time, up to FAR_TOO_LATE."""

_DECREASE: Final = 0.5

_STEPS: Final = 5
"""The number of increases from zero to the greatest speed."""


class Change(StrEnum):
    """A change of speed."""

    DECREASE = "decrease"
    KEEP = "keep"
    INCREASE = "increase"


def change_for(lag: float, before: float, passed: float) -> Change:
    """Return the change for a lag that was `before` at the last look, `passed` seconds ago."""
    if lag <= IN_TIME:
        return Change.INCREASE
    tolerated = passed * _TOLERANCE if lag <= FAR_TOO_LATE else 0.0
    if lag > TOO_LATE and lag - before > tolerated:
        return Change.DECREASE
    return Change.KEEP


def next_speed(speed: float, greatest: float, change: Change) -> float:
    """Return the speed after a change, between SLOWEST and `greatest`."""
    match change:
        case Change.DECREASE:
            return max(SLOWEST, speed * _DECREASE)
        case Change.KEEP:
            return speed
        case Change.INCREASE:
            return min(greatest, speed + greatest / _STEPS)
