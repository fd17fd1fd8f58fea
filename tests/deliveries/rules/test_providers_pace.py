"""The token bucket that limits a sender's rate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.deliveries.rules.providers import Bucket, Pace, full, refill
from tests.support.city import after


def pace(per_second: float, at_once: int) -> Pace:
    return Pace("sms +8610000000000", per_second, at_once)


def test_new_bucket_is_full() -> None:
    assert full(pace(2.0, 5), after(0)) == Bucket(5.0, after(0))


@pytest.mark.parametrize(
    ("tokens", "seconds", "left"),
    [(0.0, 0, 0.0), (0.0, 0.5, 1.0), (1.0, 1.5, 4.0), (4.0, 60, 5.0), (-3.0, 1, -1.0)],
)
def test_bucket_refills_with_time_up_to_full(tokens: float, seconds: float, left: float) -> None:
    found = refill(Bucket(tokens, after(10)), pace(2.0, 5), after(10 + seconds))
    assert found == Bucket(left, after(10 + seconds))


def test_clock_that_jumps_back_adds_no_tokens() -> None:
    assert refill(Bucket(1.0, after(100)), pace(1.0, 3), after(0)) == Bucket(1.0, after(0))


@given(
    per_second=st.floats(0.1, 100),
    steps=st.lists(st.floats(0, 5), min_size=1, max_size=50),
)
@pytest.mark.parametrize("at_once", [1, 20])
def test_rate_is_never_exceeded(at_once: int, per_second: float, steps: list[float]) -> None:
    rate = pace(per_second, at_once)
    bucket, begun, passed = full(rate, after(0)), 0, 0.0
    for step in steps:
        passed += step
        bucket = refill(bucket, rate, after(passed))
        room = int(bucket.tokens)
        assert 0 <= room <= at_once
        bucket = Bucket(bucket.tokens - room, bucket.filled_at)
        begun += room
    assert begun <= at_once + passed * per_second + 1e-3
