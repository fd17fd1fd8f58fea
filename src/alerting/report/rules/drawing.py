"""The curve as paths of an SVG: people accounted for, of all, over time."""

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

_SHORTEST: Final = timedelta(minutes=4)
"""Shortest time on the axis: a minute between its marks."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis of time: its place, and the time since the alert."""

    x: float
    after: timedelta


@dataclass(frozen=True, slots=True)
class Drawing:
    """The paths of a curve, in a box of `WIDTH` by `HEIGHT`."""

    accounted: str
    total: str
    most: int
    """The number of people at the top."""
    ticks: tuple[Tick, ...]


def drawing(points: Sequence[Point], sent: datetime) -> Drawing | None:
    """Return a curve's paths, as steps; None if nobody was on the roll."""
    if not points or not (most := max(point.total for point in points)):
        return None
    span = max(points[-1].at - sent, _SHORTEST)

    def x(at: datetime) -> float:
        return round(LEFT + (WIDTH - LEFT) * max((at - sent) / span, 0), 1)

    def y(people: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - _TOP) * people / most, 1)

    def path(heights: Sequence[int]) -> str:
        steps = [
            f"H{x(point.at)}V{y(height)}" for point, height in zip(points, heights, strict=True)
        ]
        return f"M{x(points[0].at)} {y(heights[0])}" + "".join(steps) + f"H{WIDTH}"

    return Drawing(
        path([point.accounted for point in points]),
        path([point.total for point in points]),
        most,
        tuple(Tick(x(sent + span * part / 4), span * part / 4) for part in range(5)),
    )
