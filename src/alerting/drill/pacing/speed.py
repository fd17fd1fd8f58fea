"""How fast a story may go: additive increase, multiplicative decrease (AIMD) by the lag.

A speed is in story seconds per second of the machine, all else in story seconds.
"""

from enum import StrEnum
from typing import Final

SLOWEST: Final = 1.0
"""The machine's own time: a service that lags behind that would lag in earnest as well."""

TOO_LATE: Final = 90.0
"""Half of the time to the first reminder: the ladders of silence still come in their order."""

FAR_TOO_LATE: Final = 2 * TOO_LATE

IN_TIME: Final = 45.0

_TOLERANCE: Final = 0.1
"""A lag that grows by less than this part of the time that passes is let grow, up to a point."""

_DECREASE: Final = 0.5

_STEPS: Final = 5
"""So many increases lead from nothing to the greatest speed."""


class Change(StrEnum):
    """What is done about the speed."""

    DECREASE = "decrease"
    KEEP = "keep"
    INCREASE = "increase"


def change_for(lag: float, before: float, passed: float) -> Change:
    """Return what a lag calls for that was `before` at the last look, when so much has passed."""
    if lag <= IN_TIME:
        return Change.INCREASE
    tolerated = passed * _TOLERANCE if lag <= FAR_TOO_LATE else 0.0
    if lag > TOO_LATE and lag - before > tolerated:
        return Change.DECREASE
    return Change.KEEP


def next_speed(speed: float, greatest: float, change: Change) -> float:
    """Return the speed after a change, between the machine's own and the greatest."""
    match change:
        case Change.DECREASE:
            return max(SLOWEST, speed * _DECREASE)
        case Change.KEEP:
            return speed
        case Change.INCREASE:
            return min(greatest, speed + greatest / _STEPS)
