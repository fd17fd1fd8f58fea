"""Reads the outlines of divisions from a GeoJSON file (RFC 7946)."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import shapely

from alerting.outlines.answers import Outlines
from contacts.division import parse_division

MOST_BYTES: Final = 32 * 1024**2

MOST_FEATURES: Final = 10_000

MOST_CORNERS: Final = 1_000_000

_CODES: Final = ("code", "编号", "区划", "区划代码")

_WORLD: Final = (-180.0, -90.0, 180.0, 90.0)

_FORMAT: Final = "save it as GeoJSON in UTF-8 and WGS 84"


def read_outlines(value: object) -> Outlines | None:
    """Return the outlines of the file at this path; `Outlines` and None are returned unchanged.

    Raises:
        ValueError: if the file cannot be read or is too large, or a feature is not an outline.
    """
    if value is None or isinstance(value, Outlines):
        return value
    file = Path(str(value))
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
        changed = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError as unreadable:
        raise ValueError(f"{file}: {unreadable.strerror}; name a GeoJSON file") from None
    try:
        return Outlines.of(shapes_in(content), changed)
    except ValueError as wrong:
        raise ValueError(f"{file}: {wrong}") from None


def shapes_in(content: bytes) -> dict[str, shapely.Geometry]:
    """Return the polygons in a file by division code.

    Raises:
        ValueError: if the file has a fault; it names the first one and its remedy.
    """
    shapes: dict[str, shapely.Geometry] = {}
    features: dict[str, int] = {}
    corners = 0
    for number, feature in enumerate(_features(content), 1):
        try:
            code, shape = _code(feature), _shape(feature)
        except ValueError as wrong:
            raise ValueError(f"feature {number}, {wrong}") from None
        if code in shapes:
            raise ValueError(
                f"feature {number}, code: {code} is the code of feature {features[code]} already; "
                "save the parts of a division as one MultiPolygon"
            )
        corners += int(shapely.get_num_coordinates(shape))
        if corners > MOST_CORNERS:
            raise ValueError(
                f"feature {number}, geometry: the file has more than {MOST_CORNERS:,} corners; "
                "save it simplified"
            )
        shapes[code], features[code] = shape, number
    return shapes


def _features(content: bytes) -> Sequence[Mapping[str, Any]]:
    if len(content) > MOST_BYTES:
        raise ValueError(f"it has more than {MOST_BYTES // 1024**2} MiB; save it simplified")
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise ValueError(f"it is not JSON; {_FORMAT}") from None
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list) or not all(isinstance(each, dict) for each in features):
        raise ValueError(f"it is not a FeatureCollection; {_FORMAT}")
    if not 1 <= len(features) <= MOST_FEATURES:
        raise ValueError(f"it has {len(features):,} features; give it 1 to {MOST_FEATURES:,}")
    return features


def _code(feature: Mapping[str, Any]) -> str:
    given = feature.get("properties")
    said = given if isinstance(given, dict) else {}
    code = next((str(said[name]) for name in _CODES if said.get(name) not in (None, "")), "")
    try:
        return parse_division(code)
    except ValueError:
        raise ValueError(
            f"code: {code[:20]!r} is not a division's code; write 4 digits for a city, 6 for a "
            "county, 9 for a town, 12 for a village, 15 for a grid"
        ) from None


def _shape(feature: Mapping[str, Any]) -> shapely.Geometry:
    geometry = feature.get("geometry")
    shape = shapely.from_geojson(json.dumps(geometry), on_invalid="ignore")
    if not isinstance(shape, shapely.Polygon | shapely.MultiPolygon) or shape.is_empty:
        raise ValueError(
            "geometry: it is not a Polygon or MultiPolygon with closed rings; save it as one"
        )
    west, south, east, north = shape.bounds
    if west < _WORLD[0] or south < _WORLD[1] or east > _WORLD[2] or north > _WORLD[3]:
        raise ValueError(
            "geometry: its corners are not in degrees; save the file in WGS 84, longitude first"
        )
    return shapely.force_2d(shape)
