"""The curve is drawn as steps in a box of a fixed size."""

from datetime import timedelta

from alerting.board.rules import Point
from alerting.report.rules.drawing import HEIGHT, WIDTH, drawing
from tests.support.city import NOW, after

POINTS = [Point(NOW, 10, 0, 10), Point(after(300), 10, 5, 5), Point(after(600), 20, 20, 0)]


def test_steps_lead_from_nobody_to_everybody() -> None:
    drawn = drawing(POINTS, NOW)
    assert drawn is not None
    assert drawn.accounted == f"M48.0 176.0H48.0V176.0H344.0V134.0H640.0V8.0H{WIDTH}"
    assert drawn.total == f"M48.0 92.0H48.0V92.0H344.0V92.0H640.0V8.0H{WIDTH}"
    assert (drawn.most, HEIGHT) == (20, 200)
    assert [tick.after for tick in drawn.ticks] == [timedelta(seconds=150 * n) for n in range(5)]


def test_a_single_point_is_a_line() -> None:
    drawn = drawing(POINTS[:1], NOW)
    assert drawn is not None
    assert drawn.accounted == f"M48.0 176.0H48.0V176.0H{WIDTH}"


def test_nothing_is_drawn_of_nobody() -> None:
    assert drawing([], NOW) is None
    assert drawing([Point(NOW, 0, 0, 0)], NOW) is None
