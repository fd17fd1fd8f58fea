"""The rule that changes the story's speed, tested without a clock or processes."""

import pytest

from alerting.drill.pacing.speed import (
    FAR_TOO_LATE,
    IN_TIME,
    SLOWEST,
    TOO_LATE,
    Change,
    change_for,
    next_speed,
)


@pytest.mark.parametrize(
    ("lag", "before", "change"),
    [
        (0.0, 0.0, Change.INCREASE),
        (IN_TIME, 500.0, Change.INCREASE),
        (IN_TIME + 1, 0.0, Change.KEEP),
        (TOO_LATE, 0.0, Change.KEEP),
        (TOO_LATE + 1, TOO_LATE - 10, Change.DECREASE),
        (500.0, 497.0, Change.DECREASE),
        (FAR_TOO_LATE, FAR_TOO_LATE - 3, Change.DECREASE),
        (FAR_TOO_LATE, FAR_TOO_LATE - 1, Change.KEEP),
        (FAR_TOO_LATE + 1, FAR_TOO_LATE, Change.DECREASE),
        (500.0, 500.0, Change.KEEP),
        (500.0, 600.0, Change.KEEP),
    ],
)
def test_growing_lag_slows_the_story(lag: float, before: float, change: Change) -> None:
    assert change_for(lag, before, passed=20.0) is change


def test_decrease_halves_the_speed_down_to_real_time() -> None:
    speeds = [40.0]
    while speeds[-1] > SLOWEST:
        speeds.append(next_speed(speeds[-1], 40.0, Change.DECREASE))
    assert speeds == [40.0, 20.0, 10.0, 5.0, 2.5, 1.25, 1.0]


def test_increases_are_equal_up_to_the_greatest() -> None:
    speeds = [2.5]
    while speeds[-1] < 40.0:
        speeds.append(next_speed(speeds[-1], 40.0, Change.INCREASE))
    assert speeds == [2.5, 10.5, 18.5, 26.5, 34.5, 40.0]


def test_kept_speed_is_unchanged() -> None:
    assert next_speed(7.0, 40.0, Change.KEEP) == 7.0


@pytest.mark.parametrize("change", Change)
def test_speed_is_never_below_real_time(change: Change) -> None:
    assert next_speed(1.0, 1.0, change) == 1.0


@pytest.mark.parametrize("capacity", [3.0, 10.0, 39.0])
def test_lag_stays_bounded_at_any_capacity(capacity: float) -> None:
    """A service does `capacity` story seconds of work per second; its lag is read every 0.5 s."""
    speed, lag, lags = 40.0, 0.0, []
    for _ in range(1000):
        before, lag = lag, max(0.0, lag + (speed - capacity) / 2)
        speed = next_speed(speed, 40.0, change_for(lag, before, speed / 2))
        lags.append(lag)
    assert max(lags) < FAR_TOO_LATE + 20
    assert speed >= SLOWEST


def test_service_that_keeps_up_is_not_slowed() -> None:
    speed, lag = 40.0, 0.0
    for _ in range(100):
        before, lag = lag, max(0.0, lag + (speed - 41.0) / 2)
        speed = next_speed(speed, 40.0, change_for(lag, before, speed / 2))
    assert speed == 40.0
