"""Proportional control of the story's speed by the lag.

Speeds are in story seconds per real second, all other figures in story seconds. At a constant load
the speed settles where the lag neither grows nor shrinks: at that of the service.
"""

from typing import Final

SLOWEST: Final = 1.0
"""Real time: a service that lags at this speed would lag in a real evacuation too."""

IN_TIME: Final = 30.0
"""Up to this lag the story goes at its greatest speed."""

TOO_LATE: Final = 90.0
"""Half the time to the first reminder, so that escalation steps still come in order.

From this lag on the story goes at its slowest.
"""

_LEAST_CHANGE: Final = 0.1


def speed_for(lag: float, greatest: float) -> float:
    """Return the speed for a lag, between SLOWEST and `greatest`."""
    share = (TOO_LATE - lag) / (TOO_LATE - IN_TIME)
    return max(SLOWEST, greatest * min(1.0, share))


def is_change(speed: float, wanted: float, greatest: float) -> bool:
    """Return whether a wanted speed is worth a change: a limit, or a tenth faster or slower."""
    is_limit = wanted in {SLOWEST, greatest} and wanted != speed
    return is_limit or abs(wanted - speed) > _LEAST_CHANGE * speed
