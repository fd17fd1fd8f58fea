"""The curve: changes are added in any order, and points are thinned on reading."""

import random
from datetime import datetime

import pytest

from alerting.board.rules import Count, Curve, Point, count
from alerting.roll.rules.evidence import Evidence, Report, Rung
from tests.support.city import NOW, after

OUT = Count(accounted=1, unaccounted=-1)


def drawn(*changes: tuple[float, Count], most: int = 10) -> list[tuple[datetime, int, int, int]]:
    curve = Curve()
    for seconds, change in changes:
        curve.add(after(seconds), change)
    points = curve.points(most)
    return [(point.at, point.total, point.accounted, point.unaccounted) for point in points]


def joined(people: int) -> Count:
    return Count(people, 0, people)


def people_out(people: int) -> Count:
    return Count(0, people, -people)


@pytest.mark.parametrize(
    ("report", "people", "counted"),
    [
        (None, None, Count(4, 0, 4)),
        (Report.EVACUATED, None, Count(4, 4, 0)),
        (Report.EVACUATED, 3, Count(4, 3, 1)),
        (Report.ELSEWHERE, None, Count(4, 4, 0)),
        (Report.STAYING, None, Count(4, 0, 0)),
        (Report.NEEDS_HELP, None, Count(4, 0, 0)),
    ],
)
def test_people_staying_or_needing_help_count_only_in_the_total(
    report: Report | None, people: int | None, counted: Count
) -> None:
    said = [Evidence(1, NOW, Rung.OFFICER, "grid", report, people)] if report else []
    assert count(said, 4, frozenset()) == counted


def test_empty_roll_has_no_points() -> None:
    assert Curve().points(10) == []


def test_first_point_has_everybody_unaccounted() -> None:
    assert drawn((0, joined(7))) == [(NOW, 7, 0, 7)]
    assert drawn((0, joined(4)), (0, joined(3))) == [(NOW, 7, 0, 7)]


def test_each_change_moves_the_curve() -> None:
    back = Count() - OUT
    assert drawn((0, joined(7)), (60, OUT + OUT), (120, back), (180, joined(2))) == [
        (NOW, 7, 0, 7),
        (after(60), 7, 2, 5),
        (after(120), 7, 1, 6),
        (after(180), 9, 1, 8),
    ]


def test_order_of_changes_does_not_matter() -> None:
    changes = [(0.0, joined(900)), *((float(n % 300), OUT) for n in range(600))]
    told = drawn(*changes, most=50)
    assert told[-1][1:] == (900, 600, 300)
    for seed in range(5):
        mixed = random.Random(seed).sample(changes, len(changes))
        assert drawn(*mixed, most=50) == told


@pytest.mark.parametrize("most", [1, 3, 200])
def test_points_are_limited_and_the_last_is_exact(most: int) -> None:
    curve = Curve()
    curve.add(NOW, joined(1000))
    for n in range(500):
        curve.add(after(10 + 3.3 * n), OUT + OUT)
    points = curve.points(most)
    assert len(points) <= most + 1
    assert points[0] == Point(NOW, 1000, 0, 1000)
    assert points[-1] == Point(after(10 + 3.3 * 499), 1000, 1000, 0)
    instants = [point.at for point in points]
    assert instants == sorted(set(instants))


def test_each_point_has_the_time_of_the_last_change_in_its_bin() -> None:
    outs = [(second, OUT) for second in (1, 49, 50, 51, 100)]
    assert drawn((0, joined(9)), *outs, most=2) == [
        (NOW, 9, 0, 9),
        (after(50), 9, 3, 6),
        (after(100), 9, 5, 4),
    ]


def test_percentages_are_of_all_people_at_the_last_change() -> None:
    curve = Curve()
    for second, change in (
        (0, joined(10)),
        (60, people_out(10)),
        (120, joined(90)),
        (180, people_out(80)),
    ):
        curve.add(after(second), change)
    assert curve.reached([50, 90, 99]) == {50: after(180), 90: after(180), 99: None}
    curve.add(after(240), Count() - people_out(50))
    assert curve.reached([90]) == {90: after(180)}
    assert Curve().reached([50]) == {50: None}
