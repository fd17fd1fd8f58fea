"""Which readings count, which level follows, and what is news."""

from datetime import timedelta

import pytest

from alerting.sensors.rules import (
    Judged,
    Level,
    News,
    Reading,
    SensorState,
    Verdict,
    is_due,
    is_silent,
    judge,
    level_after,
)
from tests.support.city import NOW
from tests.support.sensors import reading, sensor

QUIET = SensorState(Level.NORMAL, NOW, NOW)


def judged(*readings: Reading, before: SensorState = QUIET) -> Judged:
    return judge(sensor(), before, readings)


def news(found: Judged) -> list[News]:
    return [told.news for told in found.news]


@pytest.mark.parametrize(
    ("level", "value", "after"),
    [
        (Level.NORMAL, 29.9, Level.NORMAL),
        (Level.NORMAL, 30, Level.YELLOW),
        (Level.NORMAL, 50, Level.RED),
        (Level.NORMAL, 49.9, Level.YELLOW),
        (Level.YELLOW, 27, Level.YELLOW),
        (Level.YELLOW, 26.9, Level.NORMAL),
        (Level.YELLOW, 49.9, Level.YELLOW),
        (Level.RED, 40, Level.RED),
        (Level.RED, 39.9, Level.YELLOW),
        (Level.RED, 27, Level.YELLOW),
        (Level.RED, 26.9, Level.NORMAL),
    ],
)
def test_level_ends_only_below_its_end(level: Level, value: float, after: Level) -> None:
    assert level_after(sensor(), level, value) is after


def test_values_that_swing_within_the_hysteresis_change_nothing() -> None:
    found = judged(*(reading(value, minute) for minute, value in enumerate([31, 28, 31, 28, 30])))
    assert (news(found), found.state.level, found.state.since) == (
        [News.YELLOW],
        Level.YELLOW,
        NOW,
    )


def test_red_is_news_even_if_the_last_reading_is_normal() -> None:
    found = judged(reading(60), reading(1, 1))
    assert (news(found), found.state.level) == ([News.RED], Level.NORMAL)
    assert found.news[0].value == 60


def test_fall_from_red_to_yellow_is_no_news() -> None:
    found = judged(reading(60), reading(35, 1))
    assert (news(found), found.state.level) == ([News.RED], Level.YELLOW)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"unit": "cm/h"}, Verdict.WRONG_UNIT),
        ({"value": None}, Verdict.NO_NUMBER),
        ({"value": float("nan")}, Verdict.NO_NUMBER),
        ({"value": float("inf")}, Verdict.NO_NUMBER),
        ({"status": "fault"}, Verdict.NOT_OK),
    ],
)
def test_unfit_reading_does_not_change_the_level_and_is_news(
    changes: dict[str, object], verdict: Verdict
) -> None:
    found = judged(reading(**{"value": 99.0} | changes))
    assert (found.verdicts, news(found)) == ((verdict,), [News.UNFIT])
    assert (found.state.level, found.state.value) == (Level.NORMAL, None)


@pytest.mark.parametrize(
    ("ahead", "verdict"),
    [
        (timedelta(minutes=2), Verdict.COUNTED),
        (timedelta(minutes=2, seconds=1), Verdict.CLOCK_WRONG),
        (timedelta(days=400), Verdict.CLOCK_WRONG),
        (timedelta(hours=-1), Verdict.COUNTED),
        (timedelta(hours=-1, seconds=-1), Verdict.CLOCK_WRONG),
    ],
)
def test_implausible_time_is_replaced_by_the_time_of_arrival(
    ahead: timedelta, verdict: Verdict
) -> None:
    found = judged(reading(60, at=NOW + ahead))
    assert (found.verdicts, found.state.level) == ((verdict,), Level.RED)
    expected = NOW if verdict is Verdict.CLOCK_WRONG else min(NOW, NOW + ahead)
    assert found.state.counted_at == expected
    assert (News.CLOCK_WRONG in news(found)) is found.state.is_clock_wrong
    assert found.state.is_clock_wrong is (verdict is Verdict.CLOCK_WRONG)


def test_wrong_clock_is_news_once_and_later_readings_count() -> None:
    lies = [reading(1, minute, at=NOW + timedelta(days=9, minutes=minute)) for minute in (0, 1)]
    found = judged(*lies, reading(35, 2))
    assert news(found) == [News.CLOCK_WRONG, News.YELLOW]
    assert found.state.is_clock_wrong is False


def test_old_readings_sent_with_newer_ones_do_not_count() -> None:
    old = reading(99, at=NOW - timedelta(hours=3))
    found = judged(old, reading(1))
    assert (found.verdicts, news(found)) == ((Verdict.STORED, Verdict.COUNTED), [])


def test_repeated_readings_are_ignored() -> None:
    before = judged(reading(60))
    found = judge(sensor(), before.state, [reading(60)], {reading(60).key})
    assert (found.verdicts, found.state) == ((Verdict.DUPLICATE,), before.state)
    assert judged(reading(7), reading(7)).verdicts == (Verdict.COUNTED, Verdict.DUPLICATE)
    corrected = judged(reading(60, status="fault"), reading(60))
    assert corrected.state.level is Level.RED


def test_older_reading_does_not_change_the_level() -> None:
    red = judged(reading(60, 5)).state
    found = judged(reading(1, 4, received_at=NOW + timedelta(minutes=6)), before=red)
    assert (found.verdicts, found.state.level) == ((Verdict.OUT_OF_ORDER,), Level.RED)
    calm = judged(reading(1, 5)).state
    found = judged(reading(60, 4, received_at=NOW + timedelta(minutes=6)), before=calm)
    assert (found.verdicts, found.state.level) == ((Verdict.OUT_OF_ORDER,), Level.NORMAL)


def test_readings_of_one_request_are_judged_in_order_of_time() -> None:
    found = judged(reading(60, 1), reading(1))
    assert (found.verdicts, found.state.level) == ((Verdict.COUNTED,) * 2, Level.RED)


def test_rate_limit_allows_news_again_after_its_time() -> None:
    last = {News.RED: NOW, News.YELLOW: NOW, News.BACK: NOW}
    for kind, minutes in ((News.RED, 30), (News.YELLOW, 10)):
        at = NOW + timedelta(minutes=minutes)
        assert is_due(kind, last, at)
        assert not is_due(kind, last, at - timedelta(seconds=1))
    assert is_due(News.CLOCK_WRONG, last, NOW)
    assert is_due(News.BACK, last, NOW)


def test_silence_is_noticed_once_and_ended_by_any_reading() -> None:
    gauge = sensor()
    assert not is_silent(gauge, QUIET, NOW + timedelta(seconds=599))
    assert is_silent(gauge, QUIET, NOW + timedelta(seconds=600))
    silent = SensorState(Level.NORMAL, NOW, NOW, is_silent=True)
    assert not is_silent(gauge, silent, NOW + timedelta(days=1))
    assert news(judged(reading(1), before=silent)) == [News.BACK]
    assert news(judged(reading(1, status="fault"), before=silent)) == [News.BACK, News.UNFIT]


def test_readings_that_change_the_level_are_marked() -> None:
    found = judged(*(reading(value, minute) for minute, value in enumerate((1, 31, 32, 55, 1))))
    assert found.changed == (False, True, False, True, True)
