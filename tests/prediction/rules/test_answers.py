"""An alert's own answers change the estimate for people who are still silent."""

from datetime import datetime, timedelta

import pytest

from alerting.prediction.rules.answers import Change, Interval, intervals, learn
from tests.support.city import NOW, after

VILLAGE = "511921100208"
LATER_VILLAGE = "511921100209"


def joined(at: datetime, people: int, place: str = VILLAGE) -> Change:
    return Change(at, place, people, 0)


def heard(at: datetime, people: int, place: str = VILLAGE) -> Change:
    return Change(at, place, 0, people)


def test_answers_are_counted_by_delay() -> None:
    changes = [joined(NOW, 10), heard(after(10), 2), heard(after(70), 3)]
    found = intervals(changes, after(95))
    assert found[:3] == [Interval(10, 2), Interval(8, 0), Interval(8, 3)]
    assert found[3:] == [Interval(0, 0)] * 3


def test_delay_counts_from_when_a_village_joined() -> None:
    changes = [
        joined(NOW, 10),
        heard(after(200), 1),
        joined(after(200), 100, LATER_VILLAGE),
        heard(after(210), 20, LATER_VILLAGE),
    ]
    found = intervals(changes, after(235))
    assert found[0] == Interval(110, 20)
    assert found[1:5] == [Interval(10, 0)] * 4


def after_answers(*shares: float) -> float:
    """Return the share expected to be silent at 8 minutes if these shares answer, each in 30 s."""
    found, left = [], 1000
    for share in shares:
        answered = round(left * share)
        found.append(Interval(left, answered))
        left -= answered
    rest = [Interval(0, 0)] * (6 - len(found))
    return left / 1000 * learn([*found, *rest]).stay_silent(30.0 * len(shares), 480.0)


def test_few_answers_raise_the_expected_silence() -> None:
    many, few = after_answers(0.1, 0.3, 0.3, 0.3), after_answers(0.01, 0.03, 0.04, 0.04)
    assert many < 0.3 < few


def test_probability_of_silence_starts_at_1_and_falls_with_time() -> None:
    answers = learn([])
    chances = [answers.stay_silent(60, until) for until in (30, 60, 120, 480)]
    assert chances[:2] == [1.0, 1.0]
    assert chances[1] > chances[2] > chances[3] > 0


@pytest.mark.parametrize("seconds", [0, 3600])
def test_people_silent_for_an_hour_are_likely_to_stay_silent(seconds: int) -> None:
    age = timedelta(seconds=seconds).total_seconds()
    stays = learn([]).stay_silent(age, age + 60)
    assert (stays > 0.99) == bool(seconds)
