"""The drawn part of a message's areas, in the form in which an alert's area is drawn."""

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
"""A little less than a degree of latitude, so that a polygon around a circle holds it."""

_CORNERS: Final = 64
"""Corners of a polygon around a circle."""

_WORLD: Final = shapely.box(-180, -90, 180, 90)

_DRAWING: Final[TypeAdapter[GeoPolygon | GeoMultiPolygon]] = TypeAdapter(Geometry)


def is_drawn(area: CapArea) -> bool:
    """Return whether an area has a polygon or a circle, which is more exact than codes."""
    return bool(area.polygons or area.drawn or area.circles)


def with_drawing(areas: tuple[CapArea, ...], parameters: Sequence[Pair]) -> tuple[CapArea, ...]:
    """Return the areas with the drawings that the parameters `geometry` give them.

    Each is GeoJSON with holes, for which an area has only codes and circles. Named divisions come
    before such areas. Drawings that cannot be read, or fit no area, are left out.
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
    """Return the union of the polygons and circles; shapes without an area are left out."""
    drawn = list(areas)
    simple = [_polygon((ring,)) for area in drawn for ring in area.polygons]
    with_holes = [_polygon(rings) for area in drawn for rings in map(_turned, area.drawn)]
    whole = shapely.union_all([*simple, *with_holes])
    circles = (circle for area in drawn for circle in area.circles if circle.radius > 0)
    return shapes.Shape(tuple(_rings(whole)), tuple(shapes.Circle(*each) for each in circles))


def outline_of(shape: shapes.Shape) -> shapes.Shape:
    """Return one shape with a polygon around each circle: it covers at least the circles.

    Thousands of circles over a city's households would otherwise be measured one by one.
    """
    circles = [_around(circle) for circle in shape.circles]
    parts = [shapely.Polygon(rings[0], rings[1:]) for rings in shape.polygons]
    return shapes.Shape(tuple(_rings(shapely.union_all([*parts, *circles]))))


def _around(circle: shapes.Circle) -> shapely.Geometry:
    north = circle.radius_km / _KM_PER_DEGREE / math.cos(math.pi / _CORNERS)
    # Meridians converge: the circle is widest in degrees at its end nearer the pole.
    nearest_pole = min(abs(circle.latitude) + north, 89.0)
    east = north / math.cos(math.radians(nearest_pole))
    turns = [2 * math.pi * corner / _CORNERS for corner in range(_CORNERS)]
    corners = [
        (circle.longitude + east * math.cos(turn), circle.latitude + north * math.sin(turn))
        for turn in turns
    ]
    return shapely.Polygon(corners).intersection(_WORLD)


def area_of(shape: shapes.Shape) -> Area | None:
    """Return the area of an alert with this shape; None if an alert cannot express it."""
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
    """Return the polygon of an outer ring and of those of its holes."""
    outer, *holes = ([(longitude, latitude) for latitude, longitude in ring] for ring in rings)
    drawn = shapely.Polygon(outer, holes)
    # A ring that crosses itself is common on the wire; its parts are what was meant.
    return drawn if drawn.is_valid else shapely.make_valid(drawn)


def _rings(whole: shapely.Geometry) -> Iterable[tuple[shapes.Ring, ...]]:
    for part in shapely.get_parts(whole):
        if isinstance(part, shapely.Polygon) and part.area >= shapes.LEAST_AREA:
            yield tuple(
                tuple((x, y) for x, y in ring.coords) for ring in (part.exterior, *part.interiors)
            )
        elif isinstance(part, shapely.MultiPolygon):
            yield from _rings(part)
