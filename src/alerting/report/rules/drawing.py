"""SVG paths for the curve of the people accounted for over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from alerting.board.rules import Point

WIDTH: Final = 640

HEIGHT: Final = 200

LEFT: Final = 48

BOTTOM: Final = 24

_TOP: Final = 8

_MARKS: Final = 4
"""The number of equal intervals on the time axis."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the time axis: its x coordinate, and the time since the alert."""

    x: float
    after: timedelta


@dataclass(frozen=True, slots=True)
class Drawing:
    """The paths of a curve, in a box of `WIDTH` by `HEIGHT`."""

    accounted: str
    total: str
    most: int
    """The largest number of people on the vertical axis."""
    ticks: tuple[Tick, ...]


def drawing(points: Sequence[Point], sent: datetime) -> Drawing | None:
    """Return the step curves through these points; None if nobody was on the roll.

    The curve of the people accounted for ends at the last point, because later numbers are unknown.
    """
    if not points or not (most := max(point.total for point in points)):
        return None
    part = _between_marks(points[-1].at - sent)
    span = part * _MARKS

    def x(at: datetime) -> float:
        return round(LEFT + (WIDTH - LEFT) * max((at - sent) / span, 0), 1)

    def y(people: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - _TOP) * people / most, 1)

    def path(heights: Sequence[int]) -> str:
        steps = [
            f"H{x(point.at)}V{y(height)}" for point, height in zip(points, heights, strict=True)
        ]
        return f"M{x(points[0].at)} {y(heights[0])}" + "".join(steps)

    return Drawing(
        path([point.accounted for point in points]),
        path([point.total for point in points]) + f"H{WIDTH}",
        most,
        tuple(Tick(x(sent + part * n), part * n) for n in range(_MARKS + 1)),
    )


def _between_marks(lasted: timedelta) -> timedelta:
    """Return the time between two marks, rounded up to whole minutes; at least one minute."""
    minute = timedelta(minutes=1)
    return minute * max(-(-lasted // (minute * _MARKS)), 1)
