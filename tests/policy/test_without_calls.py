import pytest

from alerting.policy.escalation import household_ladder, officer_ladder
from alerting.policy.policy import Policy, default_policy, parse_policy
from alerting.policy.without_calls import without_calls


def household(policy: Policy) -> list[tuple[float, str]]:
    ladder = household_ladder(without_calls(policy).household, vulnerable=False)
    return [(step.after.total_seconds(), step.do.value) for step in ladder]


def officer(policy: Policy) -> list[tuple[float, str]]:
    ladder = officer_ladder(without_calls(policy).officer)
    return [(step.after.total_seconds(), step.do.value) for step in ladder]


def test_doors_take_the_time_of_the_calls() -> None:
    assert household(default_policy()) == [
        (0, "sms"),
        (180, "sms"),
        (240, "neighbour"),
        (300, "door grid_officer"),
        (540, "neighbour"),
        (720, "door deputy"),
        (1020, "door duty_officer_above"),
    ]


def test_deputies_and_the_tier_above_take_the_time_of_the_calls() -> None:
    assert officer(default_policy()) == [
        (0, "websocket"),
        (0, "sms"),
        (180, "deputy"),
        (180, "tell_above"),
    ]


def test_policy_says_whether_people_are_called() -> None:
    assert default_policy().calls_by_phone
    assert not without_calls(default_policy()).calls_by_phone


def test_ladder_without_calls_is_unchanged() -> None:
    steps = 'household.steps = [{after = 0, do = "sms"}, {after = 60, do = "door deputy"}]'
    policy = parse_policy(steps)
    assert without_calls(policy).household == policy.household


@pytest.mark.parametrize(
    ("call", "door", "at"), [(120, 60, 60), (60, 60, 60), (0, 60, 0), (30, 600, 30)]
)
def test_removing_calls_never_delays_a_door(call: int, door: int, at: int) -> None:
    steps = sorted([(call, "voice"), (door, "door deputy")])
    written = ", ".join(f'{{after = {after}, do = "{do}"}}' for after, do in steps)
    last = '{after = 900, do = "door duty_officer_above"}'
    found = household(parse_policy(f"household.steps = [{written}, {last}]"))
    assert found == [(at, "door deputy"), (900 - (door - at), "door duty_officer_above")]


def test_officer_ladder_of_text_and_call_keeps_only_the_text() -> None:
    steps = 'officer.steps = [{after = 0, do = "sms"}, {after = 60, do = "voice"}]'
    assert officer(parse_policy(steps)) == [(0, "sms")]
