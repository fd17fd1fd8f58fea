"""The walking order, and the straight line between two points."""

from dataclasses import dataclass

import pytest

from alerting.paper.rules import place_of, walking_order, way


@dataclass(frozen=True)
class Stop:
    code: str
    latitude: float | None = None
    longitude: float | None = None
    division: str = "511921100208"


def order(*stops: Stop) -> list[str]:
    return [stop.code for stop in walking_order(stops)]


def test_walk_always_goes_to_the_nearest_home() -> None:
    far, near, start = Stop("2", 31.9, 107.3), Stop("3", 31.9, 107.21), Stop("1", 31.9, 107.2)
    assert order(far, near, start) == ["1", "3", "2"]


def test_home_without_coordinates_follows_the_preceding_code() -> None:
    stops = Stop("1", 31.9, 107.2), Stop("2"), Stop("3", 31.9, 107.3), Stop("4", 31.9, 107.21)
    assert order(*stops) == ["1", "2", "4", "3"]


def test_homes_without_coordinates_are_in_the_order_of_codes() -> None:
    assert order(Stop("3"), Stop("1"), Stop("2")) == ["1", "2", "3"]
    assert order(Stop("1"), Stop("2", 31.9, 107.2), Stop("3")) == ["1", "2", "3"]


def test_grids_are_walked_one_after_the_other() -> None:
    here, beside = Stop("9", 31.9, 107.2, "a"), Stop("1", 31.9, 107.2, "b")
    assert order(beside, here, Stop("8", 31.9, 107.4, "a")) == ["8", "9", "1"]


def test_way_is_in_metres_to_the_east_and_north() -> None:
    straight = way((31.9, 107.2), (31.91, 107.2))
    assert (straight.east, straight.north) == (0, pytest.approx(1113, abs=1))
    assert way((60, 10), (60, 10.01)).metres == pytest.approx(557, abs=1)


def test_location_needs_both_coordinates() -> None:
    assert place_of(Stop("1", 31.9)) is None
    assert place_of(Stop("1", 31.9, 107.2)) == (31.9, 107.2)
