"""A division's response has its own simplified outline and those one tier below."""

import json
from datetime import UTC, datetime
from math import cos, pi, sin
from typing import Any

import shapely

from alerting.outlines.answers import MOST_CORNERS, TOLERANCE, Outlines
from alerting.outlines.read import shapes_in
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN
from tests.support.outlines import TOWN_AND_VILLAGES, collection, feature, square

COUNTY = TOWN[:6]


def around(division: str, *features: Any) -> list[Any]:
    read = Outlines.of(shapes_in(collection(*features)), datetime.now(UTC))
    outlines: list[Any] = json.loads(read.around(division))["outlines"]
    return outlines


def ring(corners: int, longitude: float = 107.0, degrees: float = 0.1) -> list[list[float]]:
    """Return a circle with many corners."""
    turns = [2 * pi * number / corners for number in (*range(corners), 0)]
    return [[longitude + degrees * cos(turn), 31 + degrees * sin(turn)] for turn in turns]


def corners_of(outlines: list[Any]) -> int:
    return sum(len(ring) for each in outlines for polygon in each["polygons"] for ring in polygon)


def test_division_is_shown_with_the_tier_below() -> None:
    shown = {
        division: [each["code"] for each in around(division, *reversed(TOWN_AND_VILLAGES))]
        for division in (COUNTY, TOWN, QIANFO, "5119")
    }
    assert shown == {
        COUNTY: [TOWN],
        TOWN: [TOWN, QIANFO, NEXT_VILLAGE],
        QIANFO: [QIANFO],
        "5119": [],
    }


def test_outline_keeps_holes_and_is_rounded() -> None:
    hole = square(107.1951234567, 31.905, 0.01)
    (outline,) = around(QIANFO, feature(QIANFO, square(107.19, 31.9, 0.02), hole))
    ((_, inner),) = outline["polygons"]
    assert [107.19512, 31.905] in inner


def test_outline_stays_within_the_tolerance() -> None:
    exact = shapely.Polygon(ring(20_000))
    (outline,) = around(TOWN, feature(TOWN, ring(20_000)))
    drawn = shapely.Polygon(outline["polygons"][0][0])
    assert len(outline["polygons"][0][0]) < 500
    assert exact.exterior.hausdorff_distance(drawn.exterior) < 1.1 * TOLERANCE


def test_large_response_is_simplified_more() -> None:
    """Small islands and holes are omitted first, and the coast stays."""
    islands = [[ring(8, 109 + number / 50, 0.003)] for number in range(1_300)]
    holes = [square(106 + number / 1_000, 31, 0.0003) for number in range(300)]
    geometry = {
        "type": "MultiPolygon",
        "coordinates": [[square(105.5, 30.5, 2), *holes], *islands],
    }
    (outline,) = around(COUNTY, {**feature(COUNTY), "geometry": geometry})
    assert 0 < corners_of([outline]) <= MOST_CORNERS
    assert max(len(polygon[0]) for polygon in outline["polygons"]) == 5


def test_self_intersecting_outline_is_accepted() -> None:
    bow_tie = [[107.0, 31.0], [107.1, 31.1], [107.1, 31.0], [107.0, 31.1], [107.0, 31.0]]
    assert corners_of(around(TOWN, feature(TOWN, bow_tie))) == 5
