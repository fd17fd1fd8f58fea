"""Weekly turns and dated periods: midnight, overlaps and the end of summer time."""

from datetime import UTC, datetime, timedelta

import pytest

from contacts.duty.rota import Period, PeriodKind, Rota, Turn, length, overlapping
from tests.support.duty_week import at, turn


def test_turn_crosses_midnight() -> None:
    night = turn(0, 20, 12)
    seen = [night.covers(at(0, hour)) for hour in (19, 20, 23, 24, 31, 32)]
    assert seen == [False, True, True, True, True, False]
    assert not night.covers(at(1, 20))


def test_sunday_night_turn_ends_on_monday() -> None:
    night = turn(6, 20, 12)
    assert night.covers(at(0, 7, 59))
    assert not night.covers(at(0, 8))
    assert night.covers(at(6, 20))


def test_turn_that_began_before_the_window_is_listed() -> None:
    night = turn(6, 20, 12)
    assert night.within(at(0, 0), at(7, 0)) == [(at(-1, 20), at(0, 8)), (at(6, 20), at(7, 8))]
    assert night.within(at(0, 8), at(6, 20)) == []


def test_turn_follows_local_time_when_summer_time_ends() -> None:
    """The clocks in Vienna go back on 25 October 2026, so the turn of this night has 13 hours."""
    night = Turn("a", 5, 20 * 60, 12 * 60, "Europe/Vienna")
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    ((begins, ends),) = night.within(start, start + timedelta(days=1))
    assert (begins.hour, ends.hour, ends - begins) == (18, 7, timedelta(hours=13))
    assert night.covers(ends - timedelta(minutes=1))
    assert not night.covers(ends)


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([], False),
        ([turn(0, 8, 24)], False),
        ([turn(0, 8, 12), turn(0, 20, 12)], False),
        ([turn(0, 8, 13), turn(0, 20, 12)], True),
        ([turn(6, 20, 12), turn(0, 7, 2)], True),
        ([turn(0, 8, 1), turn(0, 8, 1)], True),
    ],
)
def test_overlap_of_turns(turns: list[Turn], expected: bool) -> None:
    assert overlapping(turns) is expected


def test_length_is_the_number_of_minutes_until_the_end_time() -> None:
    assert [length(480, 1200), length(1200, 480), length(480, 480)] == [720, 720, 1440]


def test_dated_shift_adds_to_turns() -> None:
    shifts = [Period(each, PeriodKind.SHIFT, at(0, 8), at(1, 8)) for each in ("a", "b")]
    rota = Rota([turn(2, 8, 12)], shifts)
    assert [rota.has_turns(each) for each in ("a", "b")] == [True, False]
    for officer in ("a", "b"):
        assert rota.is_scheduled(officer, at(0, 8))
        assert not rota.is_scheduled(officer, at(1, 8))
    assert [rota.is_scheduled(each, at(2, 9)) for each in ("a", "b")] == [True, False]
