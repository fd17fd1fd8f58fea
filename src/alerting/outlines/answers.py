"""Simplifies outlines for maps, and prepares one JSON response for each division."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

import shapely

from contacts.division import parent_of

TOLERANCE: Final = 0.0001
"""Maximum distance by which simplifying moves a line, in degrees; about 11 m."""

MOST_CORNERS: Final = 5_000
"""Maximum number of corners in a response, about 100 KB before compression."""

_DIGITS: Final = 5
"""Decimals of coordinates in degrees; the last is about 1 m."""


@dataclass(frozen=True)
class Outlines:
    """The outlines from a file; `changed` is the file's modification time."""

    codes: frozenset[str]
    answers: Mapping[str, bytes]
    """The JSON response by division: its outline, and the outlines of its parts one tier below."""
    changed: datetime

    @classmethod
    def of(cls, shapes: Mapping[str, shapely.Geometry], changed: datetime) -> Self:
        """Prepare the responses for these outlines, given by division code."""
        fine = dict(zip(shapes, shapely.simplify([*shapes.values()], TOLERANCE), strict=True))
        shown: dict[str, list[str]] = defaultdict(list)
        # Sorted by code, a division comes before its parts.
        for code in sorted(fine):
            shown[code].append(code)
            if parent := parent_of(code):
                shown[parent].append(code)
        answers = {
            division: _answer({code: fine[code] for code in codes})
            for division, codes in shown.items()
        }
        return cls(frozenset(shapes), answers, changed)

    def around(self, division: str) -> bytes:
        """Return the JSON response for a division; it is empty if the file has no outlines."""
        return self.answers.get(division, _answer({}))


def _answer(shapes: Mapping[str, shapely.Geometry]) -> bytes:
    """Return outlines as JSON, with a tolerance coarse enough for `MOST_CORNERS` corners."""
    tolerance, drawn = TOLERANCE, [*shapes.values()]
    while shapely.get_num_coordinates(drawn).sum() > MOST_CORNERS:
        tolerance *= 2
        drawn = [_coarse(each, tolerance) for each in shapes.values()]
    outlines = [
        {"code": code, "polygons": [_rings(polygon) for polygon in shapely.get_parts(each)]}
        for code, each in zip(shapes, drawn, strict=True)
        if not shapely.is_empty(each)
    ]
    return json.dumps({"outlines": outlines}, separators=(",", ":")).encode()


def _coarse(shape: shapely.Geometry, tolerance: float) -> shapely.Geometry:
    """Simplify a shape, without parts and holes smaller than the tolerance squared."""
    parts = [
        shapely.Polygon(part.exterior, _large(part.interiors, tolerance))
        for part in shapely.get_parts(shapely.simplify(shape, tolerance))
        if part.area >= tolerance**2
    ]
    return shapely.MultiPolygon(parts)


def _large(holes: Iterable[shapely.LinearRing], tolerance: float) -> Sequence[shapely.LinearRing]:
    return [hole for hole in holes if shapely.Polygon(hole).area >= tolerance**2]


def _rings(polygon: shapely.Polygon) -> list[list[tuple[float, float]]]:
    return [
        [
            (round(longitude, _DIGITS), round(latitude, _DIGITS))
            for longitude, latitude in ring.coords
        ]
        for ring in (polygon.exterior, *polygon.interiors)
    ]
