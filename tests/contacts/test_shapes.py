"""A drawn area contains the places inside it and on its edges, but not the places in a hole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.shapes import Circle, Shape

SQUARE = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0))
HOLE = ((1.0, 1.0), (1.0, 3.0), (3.0, 3.0), (3.0, 1.0), (1.0, 1.0))
FAR = ((10.0, 10.0), (11.0, 10.0), (11.0, 11.0), (10.0, 10.0))


def held(shape: Shape, *places: tuple[float, float]) -> list[bool]:
    return shape.holds([x for x, _ in places], [y for _, y in places])


def test_hole_is_outside_and_its_edge_is_inside() -> None:
    shape = Shape(((SQUARE, HOLE),))
    inside = ((0.5, 0.5), (2, 2), (1, 2), (4, 4), (5, 5))
    assert held(shape, *inside) == [True, False, True, True, False]


def test_part_inside_a_hole_belongs_to_the_shape() -> None:
    island = ((1.5, 1.5), (2.5, 1.5), (2.5, 2.5), (1.5, 2.5), (1.5, 1.5))
    assert held(Shape(((SQUARE, HOLE), (island,))), (2, 2), (1.2, 1.2)) == [True, False]


def test_places_in_overlapping_parts_are_inside() -> None:
    shifted = tuple((x + 2, y + 2) for x, y in SQUARE)
    assert held(Shape(((SQUARE,), (shifted,), (FAR,))), (3, 3), (5.5, 5.5), (10.9, 10.2)) == [
        True,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("place", "inside"),
    [
        ((107.2, 31.9), True),
        # One degree of latitude is 111.195 km.
        ((107.2, 31.9 + 4.99 / 111.195), True),
        ((107.2, 31.9 + 5.01 / 111.195), False),
        # At 31.9 degrees north one degree of longitude is 94.40 km.
        ((107.2 + 4.99 / 94.40, 31.9), True),
        ((107.2 + 5.01 / 94.40, 31.9), False),
    ],
)
def test_radius_is_measured_along_the_ground(place: tuple[float, float], inside: bool) -> None:
    assert held(Shape(circles=(Circle(31.9, 107.2, 5.0),)), place) == [inside]


@given(
    st.floats(-85, 85),
    st.floats(-170, 170),
    st.floats(0.1, 300),
    st.floats(-3, 3),
    st.floats(-3, 3),
)
def test_every_place_in_a_circle_lies_in_its_box(
    latitude: float, longitude: float, radius: float, up: float, right: float
) -> None:
    shape = Shape(circles=(Circle(latitude, longitude, radius),))
    ((west, south, east, north),) = shape.boxes()
    x, y = longitude + right, latitude + up
    if held(shape, (x, y)) == [True]:
        assert west <= x <= east
        assert south <= y <= north


def test_box_of_a_circle_around_the_pole_spans_every_longitude() -> None:
    ((west, _, east, _),) = Shape(circles=(Circle(89.9, 0, 100),)).boxes()
    assert east - west >= 360


@pytest.mark.parametrize(
    ("rings", "message"),
    [
        (((),), "at least three corners"),
        ((((107.1, 31.8), (107.1, 31.9), (107.1, 31.8)),), "at least three corners"),
        ((((107.1, 31.8), (107.2, 31.9), (107.2, 31.8), (107.1, 31.9)),), "not simple .*in order"),
        ((((107.1, 31.8), (107.2, 31.9), (107.3, 32.0)),), "has no area: give corners"),
        ((((0, 0), (1, 1), (2, 2)),), "not simple"),
        ((((31.8, 107.1), (31.8, 107.2), (31.9, 107.2)),), "is no place: give degrees"),
        ((((107.1, 31.8), (107.2, float("nan")), (107.2, 31.8)),), "is no place"),
        # The second ring, a hole, lies outside the polygon.
        ((SQUARE, FAR), "not simple"),
    ],
)
def test_invalid_polygon_is_refused(
    rings: tuple[tuple[tuple[float, float], ...], ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Shape((rings,)).boxes()
