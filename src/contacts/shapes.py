"""Drawn areas, which are unions of polygons with holes and of circles, and the places in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import asin, cos, degrees, radians, sin, sqrt
from typing import Final, NamedTuple

import shapely

Position = tuple[float, float]
"""(longitude, latitude) in degrees WGS 84, as in GeoJSON."""

Ring = tuple[Position, ...]

LEAST_AREA: Final = 1e-10
"""The minimum area in square degrees, about 1 m², because rounding can give a line some area."""

_EARTH_KM: Final = 6371.0088
"""The mean radius of the earth in km."""


class Circle(NamedTuple):
    """All places within `radius_km` of a centre; the coordinates are in degrees."""

    latitude: float
    longitude: float
    radius_km: float


class Box(NamedTuple):
    """A bounding box in degrees."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class Shape:
    """The union of polygons and circles.

    A polygon is its outer ring, followed by the rings of its holes. Rings may be closed or open.
    Nothing may cross the 180th meridian, and no polygon may contain a pole.
    """

    polygons: tuple[tuple[Ring, ...], ...] = ()
    circles: tuple[Circle, ...] = ()

    def boxes(self) -> list[Box]:
        """Return a bounding box of each polygon and circle.

        Raises:
            ValueError: if a ring is invalid, or a polygon is not simple.
        """
        around = [Box(*polygon.bounds) for polygon in self._parts]
        return around + [_around(circle) for circle in self.circles]

    def holds(self, longitudes: Sequence[float], latitudes: Sequence[float]) -> list[bool]:
        """Return for each place whether it lies in the shape or on an edge.

        Edges count, even those of holes, because alerting a place is safer than missing it.
        """
        places = list(zip(longitudes, latitudes, strict=True))
        inside = [False] * len(places)
        for polygon in self._parts:
            found = shapely.intersects_xy(polygon, longitudes, latitudes)
            inside = [before or bool(now) for before, now in zip(inside, found, strict=True)]
        for circle in self.circles:
            near = (_kilometres(circle, place) <= circle.radius_km for place in places)
            inside = [before or now for before, now in zip(inside, near, strict=True)]
        return inside

    @cached_property
    def _parts(self) -> tuple[shapely.Polygon, ...]:
        return tuple(_polygon(rings) for rings in self.polygons)


def _polygon(rings: Sequence[Ring]) -> shapely.Polygon:
    for ring in rings:
        _check(ring)
    polygon = shapely.Polygon(rings[0], rings[1:])
    if not polygon.is_valid:
        reason = shapely.is_valid_reason(polygon)
        raise ValueError(f"the polygon is not simple ({reason}): give its corners in order")
    if polygon.area < LEAST_AREA:
        raise ValueError("the polygon has no area: give corners that do not lie on one line")
    shapely.prepare(polygon)
    return polygon


def _check(ring: Ring) -> None:
    for longitude, latitude in ring:
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise ValueError(
                f"latitude {latitude}, longitude {longitude} is no place: give degrees"
            )
    if len(set(ring)) < 3:
        raise ValueError("a polygon needs at least three corners: add the missing ones")


def _around(circle: Circle) -> Box:
    north = degrees(circle.radius_km / _EARTH_KM)
    # Meridians converge, so the circle is widest in degrees at its end nearer the pole.
    narrowing = cos(radians(min(abs(circle.latitude) + north, 90)))
    east = 360.0 if narrowing * 360 <= north else north / narrowing
    return Box(
        circle.longitude - east,
        circle.latitude - north,
        circle.longitude + east,
        circle.latitude + north,
    )


def _kilometres(circle: Circle, place: Position) -> float:
    """Return the great-circle distance in km of a place from the centre (haversine formula)."""
    longitude, latitude = map(radians, place)
    centre = radians(circle.latitude)
    across = sin((longitude - radians(circle.longitude)) / 2) ** 2
    half = sin((latitude - centre) / 2) ** 2 + cos(centre) * cos(latitude) * across
    return 2 * _EARTH_KM * asin(sqrt(min(half, 1)))
