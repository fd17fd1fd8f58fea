"""GeoJSON geometries and circles of an area, and their limits."""

from typing import Any

import pytest
from pydantic import ValidationError

from alerting.cap.alert import Area
from alerting.cap.area_forms import VALUE_NAME
from alerting.cap.explain import explain
from contacts.shapes import Circle

RING = [[107.0, 31.0], [108.0, 31.0], [108.0, 32.0], [107.0, 31.0]]
HOLE = [[107.6, 31.2], [107.8, 31.2], [107.8, 31.4], [107.6, 31.2]]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def problems(**area: Any) -> tuple[str, ...]:
    with pytest.raises(ValidationError) as refused:
        Area.model_validate(area)
    return explain(refused.value.errors())


def test_polygon_with_holes_is_read_longitude_first() -> None:
    area = Area.model_validate({"geometry": polygon(RING, HOLE)})
    assert area.is_drawn
    ((outer, hole),) = area.shape.polygons
    assert (outer[1], hole[0]) == ((108.0, 31.0), (107.6, 31.2))


def test_multipolygon_keeps_its_parts() -> None:
    area = Area.model_validate(
        {"geometry": {"type": "MultiPolygon", "coordinates": [[RING], [RING, HOLE]]}}
    )
    assert [len(rings) for rings in area.shape.polygons] == [1, 2]
    assert area.drawn == area.geometry


def test_geometry_round_trips_through_json() -> None:
    area = Area.model_validate(
        {"geometry": polygon(RING, HOLE), "circles": [{"centre": [107.2, 31.9], "radius_km": 2}]}
    )
    assert Area.model_validate_json(area.model_dump_json()) == area
    assert area.shape.circles == (Circle(31.9, 107.2, 2.0),)


def test_corners_are_shown_as_a_closed_geojson_ring() -> None:
    area = Area.model_validate({"polygon": [[31, 107], [31, 108], [32, 108]]})
    assert area.drawn is not None
    assert area.drawn.model_dump() == {
        "type": "Polygon",
        "coordinates": (((107, 31), (108, 31), (108, 32), (107, 31)),),
    }


def test_area_of_divisions_has_no_geometry() -> None:
    area = Area.model_validate({"divisions": ["511921100208"]})
    assert (area.is_drawn, area.drawn) == (False, None)


@pytest.mark.parametrize(
    ("area", "said"),
    [
        ({"geometry": polygon(RING[:3])}, "geometry: "),
        ({"geometry": polygon([*RING[:3], [107.0, 31.1]])}, "geometry: end each ring"),
        ({"geometry": polygon([[31.0, 107.0]] * 4)}, "geometry: "),
        ({"geometry": {"type": "Point", "coordinates": [1, 2]}}, "geometry: "),
        ({"geometry": polygon()}, "geometry: "),
        ({"geometry": polygon(RING), "polygon": [[1, 1], [1, 2], [2, 2]]}, "geometry: give a poly"),
        (
            {"geometry": polygon(RING), "divisions": ["511921100208"]},
            "area: give divisions, a drawing",
        ),
        ({"circles": [{"centre": [107.2, 31.9], "radius_km": 0}]}, "radius_km: "),
        ({"circles": [{"centre": [107.2, 91], "radius_km": 1}]}, "centre: "),
    ],
)
def test_invalid_drawing_is_refused_by_field(area: dict[str, Any], said: str) -> None:
    assert problems(**area)[0].startswith(said)


def test_total_number_of_positions_is_limited() -> None:
    ring = [*RING[:3], *[[107.5, 31.0 + n / 1000] for n in range(96)], RING[0]]
    most = {"type": "MultiPolygon", "coordinates": [[ring]] * 5}
    assert Area.model_validate({"geometry": most}).is_drawn
    more = {"type": "MultiPolygon", "coordinates": [*[[ring]] * 5, [RING]]}
    assert problems(geometry=more) == ("geometry: give at most 500 positions in total",)


def test_geocode_value_name_is_in_capital_letters() -> None:
    assert VALUE_NAME.upper() == VALUE_NAME
    assert "." not in VALUE_NAME
