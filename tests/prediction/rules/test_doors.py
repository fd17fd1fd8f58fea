"""The estimate of how long officers take for doors."""

from math import exp

import pytest

from alerting.prediction.rules.doors import Coming, Pace, Round, log_chance_done, pace_of


def mean(pace: Pace) -> float:
    return sum(seconds * weight for seconds, weight in pace.points)


def spread(pace: Pace) -> float:
    seconds = [each for each, _ in pace.points]
    return max(seconds) / min(seconds)


def test_pace_approaches_the_observed_pace() -> None:
    assert mean(pace_of(100, 100 * 60.0)) == pytest.approx(62, abs=3)
    assert 75 < mean(pace_of(0, 0.0)) < 90


def test_pace_has_less_spread_after_many_doors() -> None:
    assert spread(pace_of(100, 8000.0)) < spread(pace_of(3, 240.0)) < spread(pace_of(0, 0.0))


def test_busy_time_without_doors_slows_the_pace() -> None:
    assert mean(pace_of(10, 800.0 + 3000.0)) > 2 * mean(pace_of(10, 800.0))


def chance(one: Round, by: float, officers: int = 1) -> float:
    return exp(log_chance_done([(one, officers)], by, 60.0))


def test_time_of_a_round_grows_with_its_doors() -> None:
    assert chance(Round(10), 300.0) < 0.05
    assert chance(Round(10), 900.0) > 0.95
    assert chance(Round(20), 900.0) < chance(Round(10), 900.0)


def test_slowest_of_many_rounds_takes_longer_than_one() -> None:
    assert chance(Round(5), 330.0, 100) < 0.2 < chance(Round(5), 330.0)


def test_round_is_not_done_before_its_last_door_is_due() -> None:
    later = Round(0, (Coming(480.0, 4, 1.0),))
    assert chance(later, 450.0) < 0.05
    assert chance(later, 900.0) > 0.95


def test_households_that_answer_need_no_door() -> None:
    assert chance(Round(0, (Coming(480.0, 1, 0.1),)), 1.0) == pytest.approx(0.9, abs=0.01)
    assert chance(Round(0), 0.0) == 1.0


def test_sleeping_officer_delays_the_end() -> None:
    late = Round(3, delay=600.0, delayed=0.5)
    assert chance(late, 500.0) == pytest.approx(0.5, abs=0.02)
    assert chance(late, 1200.0) > 0.95


def test_officer_who_starts_later_walks_to_the_first_door() -> None:
    assert chance(Round(1), 45.0) > 0.5 > chance(Round(1, delay=600.0, delayed=1.0), 645.0)


def test_more_officers_do_not_shorten_one_door() -> None:
    assert chance(Round(1, help_at=0.0, helped=3.0), 45.0) == chance(Round(1), 45.0)


def test_help_shortens_only_the_time_after_it_comes() -> None:
    alone, helped = Round(20), Round(20, help_at=600.0, helped=3.0)
    assert chance(alone, 900.0) < 0.1 < chance(helped, 900.0)
    assert chance(helped, 600.0) == pytest.approx(chance(alone, 600.0), abs=0.02)


def test_shared_doors_are_done_sooner() -> None:
    assert chance(Round(10), 300.0) < 0.1
    assert chance(Round(10, officers=3.0), 300.0) > 0.9
