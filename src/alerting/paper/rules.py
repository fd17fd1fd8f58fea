"""The walking order from door to door, and the direction to an assembly point."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Protocol, TypeVar

Point = tuple[float, float]
"""Latitude and longitude, in degrees WGS 84."""

_METRES_PER_DEGREE: Final = 111_320.0


class Home(Protocol):
    """A household with a location; both coordinates are None if the roster has none."""

    @property
    def code(self) -> str:
        """The household's code."""

    @property
    def division(self) -> str:
        """The code of the household's village or grid."""

    @property
    def latitude(self) -> float | None:
        """Latitude in degrees WGS 84."""

    @property
    def longitude(self) -> float | None:
        """Longitude in degrees WGS 84."""


H = TypeVar("H", bound=Home)


@dataclass(frozen=True, slots=True)
class Way:
    """The straight line from one point to another, in metres to the east and to the north."""

    east: float
    north: float

    @property
    def metres(self) -> float:
        """The length in metres."""
        return math.hypot(self.east, self.north)


def way(start: Point, end: Point) -> Way:
    """Return the straight line between two points at most a few kilometres apart."""
    narrowing = math.cos(math.radians((start[0] + end[0]) / 2))
    east = (end[1] - start[1]) * narrowing * _METRES_PER_DEGREE
    return Way(east, (end[0] - start[0]) * _METRES_PER_DEGREE)


def place_of(home: Home) -> Point | None:
    """Return a home's coordinates, or None if the roster has none."""
    if home.latitude is None or home.longitude is None:
        return None
    return home.latitude, home.longitude


def walking_order(homes: Iterable[H]) -> list[H]:
    """Return homes in walking order: grid by grid, and within a grid always to the nearest home.

    Within a grid, the walk begins at the lowest code. A home without coordinates comes after the
    home with the preceding code, because codes were assigned along the road.
    """
    by_code = sorted(homes, key=lambda home: (home.division, home.code))
    grids = groupby(by_code, key=lambda home: home.division)
    return [home for _, grid in grids for home in _walk(list(grid))]


def _walk(homes: Sequence[H]) -> list[H]:
    stops: list[list[H]] = []
    for home in homes:
        if place_of(home) is None and stops:
            stops[-1].append(home)
        else:
            stops.append([home])
    return [home for stop in _nearest_next(stops) for home in stop]


def _nearest_next(stops: list[list[H]]) -> list[list[H]]:
    """Return the stops in the order of a walk that always goes to the nearest remaining stop."""
    left, walked = list(stops), list[list[H]]()
    while left:
        here = place_of(walked[-1][0]) if walked else None
        best = 0 if here is None else min(range(len(left)), key=lambda n: _far(here, left[n][0]))
        walked.append(left.pop(best))
    return walked


def _far(here: Point, home: Home) -> float:
    there = place_of(home)
    return math.inf if there is None else way(here, there).metres
