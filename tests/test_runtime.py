"""Alert time: the machine's, or a drill's."""

from datetime import UTC, timedelta

from alerting.runtime import Clock, wall_clock
from tests.support.clocks import FixedPace


def test_alert_time_is_the_machines() -> None:
    before = wall_clock()
    clock = Clock()
    assert before <= clock.now() <= wall_clock()
    assert before.tzinfo is UTC
    assert (clock.is_drill, clock.speed) == (False, 1.0)


def test_in_a_drill_it_is_as_the_drills_clock_says() -> None:
    anchor = wall_clock() - timedelta(seconds=10)
    file = FixedPace(60.0, anchor)
    clock = Clock(file)
    before = wall_clock()
    assert file.at(before) <= clock.now() <= file.at(wall_clock())
    assert (clock.is_drill, clock.speed) == (True, 60.0)
    # Started again with the same file, the story goes on and does not begin anew.
    assert Clock(file).now() >= file.at(before)


def test_a_drill_as_slow_as_the_machine_is_still_a_drill() -> None:
    assert Clock(FixedPace(1.0, wall_clock())).is_drill
