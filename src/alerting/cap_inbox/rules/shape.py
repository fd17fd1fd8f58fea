"""The polygons and circles of a message's areas, in the form of an alert's area."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import shapely
from pydantic import TypeAdapter, ValidationError

from alerting.cap.alert import Area
from alerting.cap.area_forms import MOST_CORNERS, Geometry, GeoMultiPolygon, GeoPolygon
from alerting.cap.message import GEOMETRY
from alerting.cap_inbox.rules.message import CapArea, Pair, Ring
from contacts import shapes

_MOST_CIRCLES: Final = 100

_MOST_KILOMETRES: Final = 500

_KM_PER_DEGREE: Final = 111.0
"""Slightly less than the true value, so that a polygon around a circle contains it."""

_CORNERS: Final = 64
"""Number of corners of a polygon around a circle."""

_WORLD: Final = shapely.box(-180, -90, 180, 90)

_DRAWING: Final[TypeAdapter[GeoPolygon | GeoMultiPolygon]] = TypeAdapter(Geometry)


def is_drawn(area: CapArea) -> bool:
    """Return whether an area has a polygon or a circle."""
    return bool(area.polygons or area.drawn or area.circles)


def with_drawing(areas: tuple[CapArea, ...], parameters: Sequence[Pair]) -> tuple[CapArea, ...]:
    """Return the areas with the drawings from the parameters `geometry`.

    CAP has no holes, so such a parameter holds an area with holes as GeoJSON; the area itself has
    only codes and circles. The parameters belong, in order, to the last areas with codes but no
    polygon. If one cannot be read, or their number does not fit the areas, all are ignored.
    """
    written = [value for name, value in parameters if name == GEOMETRY]
    coded = [at for at, area in enumerate(areas) if area.geocodes and not area.polygons]
    if not 0 < len(written) <= len(coded) <= len(written) + 1:
        return areas
    try:
        drawn = [_DRAWING.validate_json(each).polygons for each in written]
    except ValidationError:
        return areas
    by_place = dict(zip(coded[-len(drawn) :], drawn, strict=True))
    return tuple(
        replace(area, drawn=by_place[at]) if at in by_place else area
        for at, area in enumerate(areas)
    )


def shape_of(areas: Iterable[CapArea]) -> shapes.Shape:
    """Return the union of the areas' polygons, and their circles; empty shapes are omitted."""
    drawn = list(areas)
    simple = [_polygon((ring,)) for area in drawn for ring in area.polygons]
    with_holes = [_polygon(rings) for area in drawn for rings in map(_turned, area.drawn)]
    whole = shapely.union_all([*simple, *with_holes])
    circles = (circle for area in drawn for circle in area.circles if circle.radius > 0)
    return shapes.Shape(tuple(_rings(whole)), tuple(shapes.Circle(*each) for each in circles))


def outline_of(shape: shapes.Shape) -> shapes.Shape:
    """Return a shape of polygons only, in which a polygon around each circle replaces the circle.

    The result covers slightly more, but a query for households in thousands of circles would be
    slow.
    """
    circles = [_around(circle) for circle in shape.circles]
    parts = [shapely.Polygon(rings[0], rings[1:]) for rings in shape.polygons]
    return shapes.Shape(tuple(_rings(shapely.union_all([*parts, *circles]))))


def _around(circle: shapes.Circle) -> shapely.Geometry:
    north = circle.radius_km / _KM_PER_DEGREE / math.cos(math.pi / _CORNERS)
    # Meridians converge, so the circle spans most degrees at its end nearer the pole.
    nearest_pole = min(abs(circle.latitude) + north, 89.0)
    east = north / math.cos(math.radians(nearest_pole))
    turns = [2 * math.pi * corner / _CORNERS for corner in range(_CORNERS)]
    corners = [
        (circle.longitude + east * math.cos(turn), circle.latitude + north * math.sin(turn))
        for turn in turns
    ]
    return shapely.Polygon(corners).intersection(_WORLD)


def area_of(shape: shapes.Shape) -> Area | None:
    """Return the area of an alert with this shape, or None if it exceeds an alert's limits."""
    corners = sum(len(ring) for polygon in shape.polygons for ring in polygon)
    too_wide = any(circle.radius_km > _MOST_KILOMETRES for circle in shape.circles)
    if corners > MOST_CORNERS or len(shape.circles) > _MOST_CIRCLES or too_wide:
        return None
    circles = [
        {"centre": (circle.longitude, circle.latitude), "radius_km": circle.radius_km}
        for circle in shape.circles
    ]
    drawn: dict[str, Any] = {"circles": circles}
    if shape.polygons:
        drawn["geometry"] = {"type": "MultiPolygon", "coordinates": shape.polygons}
    return Area.model_validate(drawn)


def _turned(rings: Sequence[shapes.Ring]) -> tuple[Ring, ...]:
    return tuple(tuple((latitude, longitude) for longitude, latitude in ring) for ring in rings)


def _polygon(rings: Sequence[Ring]) -> shapely.Geometry:
    """Return the polygon with this outer ring and the rings of its holes."""
    outer, *holes = ([(longitude, latitude) for latitude, longitude in ring] for ring in rings)
    drawn = shapely.Polygon(outer, holes)
    # Self-crossing rings are common in practice; the parts that they form are meant.
    return drawn if drawn.is_valid else shapely.make_valid(drawn)


def _rings(whole: shapely.Geometry) -> Iterable[tuple[shapes.Ring, ...]]:
    for part in shapely.get_parts(whole):
        if isinstance(part, shapely.Polygon) and part.area >= shapes.LEAST_AREA:
            yield tuple(
                tuple((x, y) for x, y in ring.coords) for ring in (part.exterior, *part.interiors)
            )
        elif isinstance(part, shapely.MultiPolygon):
            yield from _rings(part)
