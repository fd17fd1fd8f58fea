"""Alert time: the machine's, or a drill's that runs faster."""

from datetime import UTC, timedelta

import pytest

from alerting.runtime import Clock, wall_clock


def test_alert_time_is_the_machines() -> None:
    before = wall_clock()
    assert before <= Clock().now() <= wall_clock()
    assert before.tzinfo is UTC


@pytest.mark.parametrize("speed", [2.0, 60.0, 1000.0])
def test_in_a_drill_it_runs_on_from_its_anchor(speed: float) -> None:
    anchor = wall_clock() - timedelta(seconds=10)
    clock = Clock(speed, anchor)
    before = wall_clock()
    now = clock.now()
    assert anchor + (before - anchor) * speed <= now <= anchor + (wall_clock() - anchor) * speed
    # Started again with the same anchor, the story goes on and does not begin anew.
    assert Clock(speed, anchor).now() >= now
