"""Plans of gauges: their values for each story minute, their thresholds and their faults."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

MINUTE: Final = 60.0
"""Story seconds between two readings."""

SILENT_AFTER: Final = 300
"""Story seconds without a reading after which the service must report the gauge as silent."""

_RAINSTORM: Final = "暴雨"

_LANDSLIDE: Final = "滑坡"


class Trouble(StrEnum):
    """The fault of a gauge."""

    NONE = "none"
    FLAPS = "flaps"
    """Its value crosses the yellow threshold up and down again and again."""
    DIES = "dies"
    """It stops reporting after its last value."""
    LIES = "lies"
    """Its clock is wrong."""


@dataclass(frozen=True)
class GaugePlan:
    """The plan of a gauge.

    After the end of the curve, the last value stays; a flapping gauge repeats its curve.
    """

    name: str
    """The sensor's name in the policy."""
    words: str
    hazard: str
    unit: str
    yellow: float
    red: float
    curve: tuple[float, ...]
    trouble: Trouble = Trouble.NONE
    clock_error: timedelta = timedelta(0)

    def value(self, minute: int) -> float | None:
        """Return the value `minute` minutes after the first reading; None if the gauge is dead."""
        if minute < len(self.curve):
            return self.curve[minute]
        match self.trouble:
            case Trouble.DIES:
                return None
            case Trouble.FLAPS:
                return self.curve[minute % len(self.curve)]
            case Trouble.NONE | Trouble.LIES:
                return self.curve[-1]


GAUGES: Final = (
    GaugePlan(
        name="rain-school",
        words="the rain gauge at the school",
        hazard=_RAINSTORM,
        unit="mm/h",
        yellow=20,
        red=80,
        curve=(3, 6, 10, 15, 22, 29, 35, 41, 46, 50, 53, 55),
    ),
    GaugePlan(
        name="crack-back-slope",
        words="the crack meter on the back slope",
        hazard=_LANDSLIDE,
        unit="mm",
        yellow=10,
        red=30,
        curve=(1, 1, 2, 2, 3, 5, 8, 12, 17, 23, 31, 40, 52),
    ),
    GaugePlan(
        name="rain-bridge",
        words="the rain gauge at the bridge",
        hazard=_RAINSTORM,
        unit="mm/h",
        yellow=20,
        red=80,
        curve=(14, 21),
        trouble=Trouble.FLAPS,
    ),
    GaugePlan(
        name="rain-upper-field",
        words="the rain gauge in the upper field",
        hazard=_RAINSTORM,
        unit="mm/h",
        yellow=20,
        red=80,
        curve=(4, 7, 11),
        trouble=Trouble.DIES,
    ),
    GaugePlan(
        name="rain-mill",
        words="the rain gauge at the mill",
        hazard=_RAINSTORM,
        unit="mm/h",
        yellow=20,
        red=80,
        curve=(2, 4, 6, 9, 11, 12),
        trouble=Trouble.LIES,
        clock_error=timedelta(hours=1),
    ),
)
"""The gauges near Qianfo. Rain gauges lead to notes, and the crack meter proposes an alert."""


def policy_of(plans: Iterable[GaugePlan], place: str) -> str:
    """Return the sensor tables of a policy, in TOML, for gauges in one village."""
    return "".join(_table(plan, place) for plan in plans)


def _table(plan: GaugePlan, place: str) -> str:
    return f"""
[[sensors]]
name = "{plan.name}"
hazard = "{plan.hazard}"
place = "{place}"
unit = "{plan.unit}"
yellow = {{ reach = {plan.yellow} }}
red = {{ reach = {plan.red} }}
silent_after = {SILENT_AFTER}
"""


def crossings(values: Sequence[float], threshold: float) -> int:
    """Return how often the values rise from below the threshold to it or above."""
    below = [True, *(value < threshold for value in values)]
    return sum(
        was_below and value >= threshold for was_below, value in zip(below, values, strict=False)
    )
