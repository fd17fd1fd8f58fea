"""Rules of exercises: which sizes are overdue, and when a planned exercise is due."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerting.cap.exercise import ExerciseSize
from alerting.exercises.rules import (
    Held,
    PlanOutcome,
    month_later,
    practice_of,
    reached_by,
    withheld,
)
from tests.support.city import FAR_TOWN, NEXT_VILLAGE, NOW, POLICY, QIANFO, TOWN

EVERYBODY, OFFICERS, ONE = ExerciseSize.EVERYBODY, ExerciseSize.OFFICERS, ExerciseSize.ONE_PHONE
RULES = POLICY.exercise


def overdue(*held: Held, place: str = QIANFO) -> tuple[ExerciseSize, ...]:
    (found,) = practice_of([place], held, RULES, NOW)
    return found.overdue


def test_exercise_counts_only_for_the_villages_in_its_area() -> None:
    assert overdue(Held(TOWN, EVERYBODY, NOW)) == ()
    assert overdue(Held(QIANFO, EVERYBODY, NOW)) == ()
    assert overdue(Held(FAR_TOWN, EVERYBODY, NOW)) == (ONE, OFFICERS, EVERYBODY)
    assert overdue(Held(NEXT_VILLAGE, EVERYBODY, NOW)) == (ONE, OFFICERS, EVERYBODY)


def test_exercise_counts_for_smaller_sizes_but_not_for_larger_ones() -> None:
    assert overdue(Held(QIANFO, ONE, NOW)) == (OFFICERS, EVERYBODY)
    assert overdue(Held(QIANFO, OFFICERS, NOW)) == (EVERYBODY,)


def test_size_is_overdue_one_second_after_the_policys_time() -> None:
    edge = NOW - RULES.officers
    assert OFFICERS not in overdue(Held(QIANFO, OFFICERS, edge))
    assert OFFICERS in overdue(Held(QIANFO, OFFICERS, edge - timedelta(seconds=1)))


def test_last_exercise_of_each_size_is_the_latest_of_all_areas() -> None:
    held = [Held(TOWN, ONE, NOW), Held(QIANFO, ONE, NOW - timedelta(days=3))]
    (found,) = practice_of([QIANFO], held, RULES, NOW)
    assert found.last == {ONE: NOW}


def test_places_without_exercises_come_first_then_the_longest_overdue() -> None:
    long_ago = NOW - RULES.everybody - timedelta(days=1)
    held = [Held(QIANFO, EVERYBODY, NOW), Held(NEXT_VILLAGE, EVERYBODY, long_ago)]
    found = practice_of([QIANFO, NEXT_VILLAGE, FAR_TOWN], held, RULES, NOW)
    assert [each.division for each in found] == [FAR_TOWN, NEXT_VILLAGE, QIANFO]


@pytest.mark.parametrize(
    ("share", "called", "seconds", "expected"),
    [
        (0.5, 4, [30, 10, 90], 30),
        (1, 3, [30, 10, 90], 90),
        (1, 4, [30, 10, 90], None),
        (0.5, 0, [], None),
    ],
)
def test_share_is_of_all_called_officers(
    share: float, called: int, seconds: list[float], expected: float | None
) -> None:
    assert reached_by(share, called, seconds) == expected


SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}+08:00")


@pytest.mark.parametrize(
    ("first", "due", "expected"),
    [
        ("2026-08-05T09:30", "2026-08-05T09:30", "2026-09-05T09:30"),
        ("2026-08-31T09:30", "2026-08-31T09:30", "2026-09-30T09:30"),
        ("2026-08-31T09:30", "2027-01-31T09:30", "2027-02-28T09:30"),
        ("2026-08-31T09:30", "2027-02-28T09:30", "2027-03-31T09:30"),
        ("2026-08-30T09:30", "2028-01-30T09:30", "2028-02-29T09:30"),
        ("2026-11-30T00:30", "2026-11-30T00:30", "2026-12-30T00:30"),
        ("2026-12-01T00:30", "2026-12-01T00:30", "2027-01-01T00:30"),
    ],
)
def test_monthly_exercise_keeps_its_day_or_uses_the_months_last_day(
    first: str, due: str, expected: str
) -> None:
    assert month_later(local(first), local(due), SHANGHAI) == local(expected)


def test_monthly_exercise_keeps_its_local_time_when_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    summer = datetime(2026, 10, 20, 9, 30, tzinfo=berlin)
    assert month_later(summer, summer, berlin) - summer == timedelta(days=31, hours=1)


@pytest.mark.parametrize(
    ("late", "actual", "expected"),
    [
        (timedelta(0), None, None),
        (timedelta(hours=1), None, None),
        (timedelta(hours=1, seconds=1), None, PlanOutcome.MISSED),
        (timedelta(0), 7, PlanOutcome.SKIPPED),
        (timedelta(hours=2), 7, PlanOutcome.MISSED),
    ],
)
def test_planned_exercise_is_not_raised_late_or_during_an_actual_alert(
    late: timedelta, actual: int | None, expected: PlanOutcome | None
) -> None:
    assert withheld(NOW, NOW + late, actual) is expected
