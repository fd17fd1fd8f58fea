"""Mapping the polygons and circles of a message to the area of an alert."""

import math

from alerting.cap_inbox.rules.message import CapArea, Circle, Ring
from alerting.cap_inbox.rules.shape import (
    area_of,
    is_drawn,
    outline_of,
    shape_of,
    with_drawing,
)

SQUARE: Ring = ((31.8, 107.1), (32.0, 107.1), (32.0, 107.3), (31.8, 107.3), (31.8, 107.1))
FAR: Ring = tuple((latitude + 1, longitude) for latitude, longitude in SQUARE)
BOWTIE: Ring = ((0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (1.0, 0.0), (0.0, 0.0))
LINE: Ring = ((1.0, 1.0), (2.0, 2.0), (3.0, 3.0), (1.0, 1.0))


def area(*polygons: Ring, circles: tuple[Circle, ...] = ()) -> CapArea:
    return CapArea("x", polygons, circles=circles)


def test_polygons_and_circles_become_one_area() -> None:
    drawn = area_of(shape_of([area(SQUARE), area(FAR, circles=(Circle(30.0, 100.0, 2.0),))]))
    assert drawn is not None
    assert drawn.geometry is not None
    assert len(drawn.geometry.polygons) == 2
    assert [(each.centre, each.radius_km) for each in drawn.circles] == [((100.0, 30.0), 2.0)]


def test_overlapping_polygons_are_merged() -> None:
    shifted: Ring = tuple((latitude + 0.1, longitude) for latitude, longitude in SQUARE)
    assert len(shape_of([area(SQUARE, shifted)]).polygons) == 1


def test_self_crossing_ring_becomes_several_polygons() -> None:
    assert len(shape_of([area(BOWTIE)]).polygons) == 2


def test_drawings_without_extent_are_omitted() -> None:
    shape = shape_of([area(LINE, circles=(Circle(1.0, 1.0, 0.0),))])
    assert (shape.polygons, shape.circles) == ((), ())


def test_outline_contains_the_circle_and_little_more() -> None:
    for latitude, longitude, radius in ((31.9, 107.2, 3.0), (-60.0, 179.9, 400.0), (0.0, 0.0, 0.1)):
        shape = shape_of([area(circles=(Circle(latitude, longitude, radius),))])
        outline = outline_of(shape)
        assert outline.circles == ()
        degree = radius / 111.195
        for turn in range(0, 360, 5):
            north = degree * math.sin(math.radians(turn))
            east = degree * math.cos(math.radians(turn)) / math.cos(math.radians(latitude))
            for share, inside in ((0.99, True), (1.6, False)):
                x, y = longitude + share * east, latitude + share * north
                if abs(x) <= 180:
                    assert outline.holds([x], [y]) == [inside], (latitude, turn, share)


def test_outline_merges_thousands_of_circles() -> None:
    circles = tuple(Circle(31.0 + n / 10_000, 107.2, 1.0) for n in range(3_000))
    assert len(outline_of(shape_of([area(circles=circles)])).polygons) == 1
    everywhere = outline_of(shape_of([area(circles=(Circle(90.0, 180.0, 20_000.0),))]))
    assert everywhere.holds([107.2, -70.0], [31.9, 10.0]) == [True, True]


def test_sliver_is_omitted() -> None:
    sliver: Ring = ((1.0, 1.0), (1.0, 1.0000001), (1.0000001, 1.0), (1.0, 1.0))
    assert len(shape_of([area(sliver, SQUARE)]).polygons) == 1


def test_area_beyond_the_limits_of_an_alert_is_none() -> None:
    many: Ring = (*((31.8 + n / 1_000, 107.1 + n % 2 / 10) for n in range(600)), (31.8, 107.1))
    assert area_of(shape_of([area(many)])) is None
    assert area_of(shape_of([area(circles=(Circle(1.0, 1.0, 501.0),))])) is None
    assert area_of(shape_of([area(circles=(Circle(1.0, 1.0, 1.0),) * 101)])) is None


def test_geometry_with_holes_is_read_from_its_parameter() -> None:
    hole = "[[107.15,31.85],[107.25,31.85],[107.25,31.95],[107.15,31.85]]"
    outer = "[[107.1,31.8],[107.3,31.8],[107.3,32.0],[107.1,31.8]]"
    written = f'{{"type": "Polygon", "coordinates": [{outer}, {hole}]}}'
    coded = CapArea("x", geocodes=(("CN-NBS-CODE", "51"),))
    (drawn,) = with_drawing((coded,), [("geometry", written)])
    assert is_drawn(drawn)
    (rings,) = shape_of([drawn]).polygons
    assert len(rings) == 2
    assert with_drawing((), [("geometry", written)]) == ()
    named = CapArea("named", geocodes=(("CN-NBS-CODE", "52"),))
    first, second = with_drawing((named, coded), [("geometry", written)])
    assert (first, second) == (named, drawn)
    many = (named, coded, coded)
    assert with_drawing(many, [("geometry", written)]) == many
    assert with_drawing(many, [("geometry", written)] * 2) == (named, drawn, drawn)
    for broken in ("", "{", '{"type": "Point", "coordinates": [1, 2]}'):
        assert with_drawing((coded,), [("geometry", broken)]) == (coded,)


def test_area_with_only_codes_is_not_drawn() -> None:
    assert not is_drawn(CapArea("x", geocodes=(("CN-NBS-CODE", "51"),)))
    assert is_drawn(area(SQUARE))
    assert is_drawn(area(circles=(Circle(1.0, 1.0, 1.0),)))
