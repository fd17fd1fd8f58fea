"""A GeoJSON file of hazard points: faults are named, and its size is limited."""

import json

import pytest

from alerting.office.hazard_point_file import MOST_FEATURES, read_points
from contacts.roster.problems import Problem, RosterError
from tests.support.city import QIANFO
from tests.support.hazard_points import GEOMETRY

SAID = {"code": "A", "name": "沟", "division": QIANFO, "hazard": "landslide"}


def file_of(geometry: object, **more: object) -> bytes:
    features = [{"properties": SAID, "geometry": geometry}]
    return json.dumps({"features": features} | more).encode()


def problems(content: bytes) -> tuple[Problem, ...]:
    try:
        return tuple(read_points(content).problems)
    except RosterError as refused:
        return refused.problems


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b"[]",
        b'{"features": 1}',
        b'{"features": []}',
        b'{"features": [1]}',
        json.dumps({"features": [{}] * (MOST_FEATURES + 1)}).encode(),
        file_of(GEOMETRY, crs={"properties": {"name": "urn:ogc:def:crs:EPSG::4526"}}),
    ],
)
def test_file_without_features_is_refused(content: bytes) -> None:
    (problem,) = problems(content)
    assert "GeoJSON" in problem.message
    assert "GeoJSON" in problem.chinese


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        [],
        {"type": "Point", "coordinates": [107.2, 31.9]},
        {"type": "LineString", "coordinates": [[107.2, 31.9], [107.3, 31.9]]},
        {"type": "Polygon", "coordinates": [[[400, 31], [107, 32], [108, 32], [400, 31]]]},
        {"type": "Polygon", "coordinates": [[[107, 31], [107, 32], [108, 32], [108, 31]]]},
        {"type": "Polygon", "coordinates": [[[[[[[1]]]]]]]},
    ],
)
def test_geometry_without_an_area_is_a_fault(geometry: object) -> None:
    assert {each.column for each in problems(file_of(geometry))} == {"geometry"}


def test_national_coordinate_system_is_read_as_wgs84() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    (placed,) = read_points(file_of(GEOMETRY, crs=crs)).drafts
    assert (placed.draft.code, placed.draft.households) == ("A", ())
