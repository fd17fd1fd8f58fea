"""The curve is drawn as steps in a box of a fixed size."""

from datetime import timedelta

import pytest

from alerting.board.rules import Point
from alerting.report.rules.drawing import HEIGHT, WIDTH, drawing
from tests.support.city import NOW, after

POINTS = [Point(NOW, 10, 0, 10), Point(after(300), 10, 5, 5), Point(after(600), 20, 20, 0)]


def test_curve_rises_in_steps_from_nobody_to_everybody() -> None:
    drawn = drawing(POINTS, NOW)
    assert drawn is not None
    assert drawn.accounted == "M48.0 176.0H48.0V176.0H294.7V134.0H541.3V8.0"
    assert drawn.total == f"M48.0 92.0H48.0V92.0H294.7V92.0H541.3V8.0H{WIDTH}"
    assert (drawn.most, HEIGHT) == (20, 200)
    assert [tick.after for tick in drawn.ticks] == [timedelta(minutes=3 * n) for n in range(5)]


def test_single_point_gives_a_line_for_all_people() -> None:
    drawn = drawing(POINTS[:1], NOW)
    assert drawn is not None
    assert drawn.accounted == "M48.0 176.0H48.0V176.0"
    assert drawn.total == f"M48.0 8.0H48.0V8.0H{WIDTH}"


@pytest.mark.parametrize(
    ("lasted", "minutes"), [(0, 1), (240, 1), (241, 2), (480, 2), (3600, 15), (3601, 16)]
)
def test_marks_are_whole_minutes_apart_and_reach_the_last_point(lasted: int, minutes: int) -> None:
    drawn = drawing([*POINTS[:1], Point(after(lasted), 10, 5, 5)], NOW)
    assert drawn is not None
    assert [tick.after / timedelta(minutes=minutes) for tick in drawn.ticks] == [0, 1, 2, 3, 4]
    assert [tick.x for tick in drawn.ticks] == [48.0, 196.0, 344.0, 492.0, 640.0]


def test_empty_roll_has_no_drawing() -> None:
    assert drawing([], NOW) is None
    assert drawing([Point(NOW, 0, 0, 0)], NOW) is None
