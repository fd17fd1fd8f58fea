"""How fast something may be begun."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.core.pace import Pace
from tests.city import after


def test_so_many_at_once_then_so_many_a_second() -> None:
    pace = Pace(per_second=2.0, at_once=5)
    assert pace.room(after(0)) == 5
    pace.take(5)
    assert pace.room(after(0)) == 0
    assert pace.room(after(0.4)) == 0
    assert pace.room(after(0.5)) == 1
    assert pace.room(after(1.5)) == 3


def test_what_is_not_taken_is_not_saved_up() -> None:
    pace = Pace(per_second=10.0, at_once=5)
    assert [pace.room(after(seconds)) for seconds in (0, 60, 3600)] == [5, 5, 5]


def test_a_clock_that_jumps_back_gives_nothing() -> None:
    pace = Pace(per_second=1.0, at_once=3)
    pace.room(after(100))
    pace.take(3)
    assert pace.room(after(0)) == 0
    assert pace.room(after(2)) == 2


@given(
    per_second=st.floats(0.1, 100),
    steps=st.lists(st.floats(0, 5), min_size=1, max_size=50),
)
@pytest.mark.parametrize("at_once", [1, 20])
def test_never_more_than_the_rate(at_once: int, per_second: float, steps: list[float]) -> None:
    pace = Pace(per_second, at_once)
    begun, passed = 0, 0.0
    for step in steps:
        passed += step
        room = pace.room(after(passed))
        assert 0 <= room <= at_once
        pace.take(room)
        begun += room
    assert begun <= at_once + passed * per_second + 1e-3
