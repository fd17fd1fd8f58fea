"""Outlines as maps draw them: simplified once, with one answer prepared for each division."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

import shapely

from contacts.division import parent_of

TOLERANCE: Final = 0.0001
"""In degrees, about 11 m: simplifying moves a line at most so far."""

MOST_CORNERS: Final = 5_000
"""Most corners of an answer, about 100 KB before compression."""

_DIGITS: Final = 5
"""Decimals of a degree: about 1 m."""


@dataclass(frozen=True)
class Outlines:
    """The outlines of a file; `changed` is its modification time."""

    codes: frozenset[str]
    answers: Mapping[str, bytes]
    """By division: its own outline and those one tier below, as JSON."""
    changed: datetime

    @classmethod
    def of(cls, shapes: Mapping[str, shapely.Geometry], changed: datetime) -> Self:
        """Return the outlines of these divisions, by code."""
        fine = dict(zip(shapes, shapely.simplify([*shapes.values()], TOLERANCE), strict=True))
        shown: dict[str, list[str]] = defaultdict(list)
        # In order of the codes, a division comes before its parts.
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
        """Return the answer for a division, with no outlines if the file has none there."""
        return self.answers.get(division, _answer({}))


def _answer(shapes: Mapping[str, shapely.Geometry]) -> bytes:
    """Return outlines as JSON; the tolerance doubles until there are at most `MOST_CORNERS`."""
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
    """Simplify; leave out parts and holes smaller than a square of the tolerance."""
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
