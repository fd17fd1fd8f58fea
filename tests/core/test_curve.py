"""The curve: evidence folded again in the order in which the service learned of it."""

from datetime import datetime

import pytest

from alerting.core.curve import Home, Point, Word, trace
from alerting.core.evidence import Evidence, Report, Rung
from tests.city import NOW, after

HOMES = {
    "first": Home(NOW, 4, frozenset()),
    "second": Home(NOW, 3, frozenset({0, 1})),
}


def word(
    household: str,
    seconds: float,
    report: Report,
    people: int | None = None,
    given_at: datetime | None = None,
    rung: Rung = Rung.OWN,
) -> Word:
    at = after(seconds)
    by = "+8610000000001" if rung is Rung.OWN else "grid"
    said = Evidence(seconds_id(seconds), given_at or at, rung, by, report, people)
    return Word(household, at, said)


def seconds_id(seconds: float) -> int:
    return int(seconds * 1000)


def numbers(points: list[Point]) -> list[tuple[datetime, int, int]]:
    return [(point.at, point.accounted, point.unaccounted) for point in points]


def test_nobody_on_the_roll_is_no_curve() -> None:
    assert trace({}, [word("first", 1, Report.EVACUATED)], 10) == []


def test_it_begins_where_everybody_is_missing() -> None:
    assert trace(HOMES, [], 10) == [Point(NOW, 7, 0, 7)]


def test_each_word_moves_it_and_those_in_danger_are_neither() -> None:
    words = [
        word("first", 60, Report.EVACUATED, 3),
        word("second", 120, Report.NEEDS_HELP),
        word("first", 180, Report.EVACUATED),
        word("second", 240, Report.EVACUATED, rung=Rung.OFFICER),
    ]
    points = trace(HOMES, words, 10)
    assert {point.total for point in points} == {7}
    assert numbers(points) == [
        (NOW, 0, 7),
        (after(60), 3, 4),
        (after(120), 3, 1),
        (after(180), 4, 0),
        (after(240), 7, 0),
    ]


def test_it_falls_where_a_later_word_takes_one_back() -> None:
    words = [word("first", 60, Report.EVACUATED), word("first", 120, Report.EVACUATED, 1)]
    assert numbers(trace(HOMES, words, 10)) == [(NOW, 0, 7), (after(60), 4, 3), (after(120), 1, 6)]


def test_what_came_late_counts_from_when_it_came() -> None:
    late = word("first", 300, Report.EVACUATED, given_at=after(10))
    assert numbers(trace(HOMES, [late], 10)) == [(NOW, 0, 7), (after(300), 4, 3)]


def test_who_joins_later_raises_the_total_then() -> None:
    homes = HOMES | {"third": Home(after(100), 2, frozenset())}
    points = trace(homes, [word("first", 50, Report.EVACUATED)], 10)
    assert [(point.at, point.total) for point in points] == [
        (NOW, 7),
        (after(50), 7),
        (after(100), 9),
    ]


def test_words_of_others_are_left_out() -> None:
    assert trace(HOMES, [word("elsewhere", 60, Report.EVACUATED)], 10) == [Point(NOW, 7, 0, 7)]


@pytest.mark.parametrize("most", [1, 3, 200])
def test_there_are_no_more_points_than_asked_for_and_the_last_is_true(most: int) -> None:
    homes = {str(n): Home(NOW, 2, frozenset()) for n in range(500)}
    words = [word(str(n), 10 + 3.3 * n, Report.EVACUATED) for n in range(500)]
    points = trace(homes, words, most)
    assert len(points) <= most + 1
    assert (points[0].at, points[0].accounted) == (NOW, 0)
    assert (points[-1].at, points[-1].accounted) == (words[-1].learned_at, 1000)
    instants = [point.at for point in points]
    assert instants == sorted(set(instants))
