"""Sensors in the policy; each mistake is named with its remedy."""

import pytest

from alerting.policy.policy import PolicyError, default_policy, parse_policy
from alerting.policy.sensors import RedAction, Threshold
from tests.support.sensors import CRACK, GAUGE, POLICY


def test_default_policy_has_no_sensor() -> None:
    assert default_policy().sensors == ()


def test_red_reading_is_a_proposal_by_default() -> None:
    gauge, crack = parse_policy(POLICY).sensors
    assert (gauge.on_red, crack.on_red) == (RedAction.PROPOSAL, RedAction.ALERT)


def test_hysteresis_is_a_tenth_by_default() -> None:
    assert Threshold(reach=30.0).end == 27
    assert Threshold(reach=-10.0).end == -11
    assert Threshold(reach=50.0, below=40.0).end == 40


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ('name = "gauge-1"', 'name = "Gauge"', "sensors.0.name: write 2 to 40 of a-z"),
        ('"crack-1"', '"gauge-1"', "sensors: gauge-1: give each sensor a name of its own"),
        ('"暴雨"', '""', "sensors.0.hazard: write at least 1 character"),
        ('"511921100208"', '"511921100"', "sensors.0.place: write the code of a village"),
        ('"511921100208"', '"5119"', "sensors.0.place: write the code of a village"),
        ('unit = "mm/h"\n', "", "sensors.0.unit: this is missing"),
        ("{ reach = 30.0 }", '{ reach = "30" }', "sensors.0.yellow.reach: write a number"),
        ("{ reach = 30.0 }", "{ reach = nan }", "sensors.0.yellow.reach: write a number"),
        ("{ reach = 30.0 }", "{ reech = 30.0 }", "did you mean reach?"),
        ("below = 40.0", "below = 60.0", "sensors.0.red: below: write a value of at most reach"),
        ("below = 40.0", "below = 20.0", "sensors.0: red: write values above those of yellow"),
        ("reach = 50.0", "reach = 30.0, x = 1", "sensors.0.red.x: there is no such key"),
        ("silent_after = 600", "silent_after = 0", "sensors.0.silent_after: write a number above"),
        ('on_red = "alert"', 'on_red = "siren"', "sensors.1.on_red: write one of 'proposal'"),
        ('acts_for = "county-duty"', "", "sensors.1: on_red alerts at once: write acts_for"),
        ("acts_for", "act_for", "did you mean acts_for?"),
    ],
)
def test_each_mistake_names_its_key_and_remedy(right: str, wrong: str, problem: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_policy(POLICY.replace(right, wrong))
    assert problem in str(refused.value)


def test_valid_sensors_are_accepted() -> None:
    for text in (GAUGE, CRACK):
        assert len(parse_policy(text).sensors) == 1
