import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from pydantic import ValidationError

from alerting.policy.policy import Policy, PolicyError, default_policy, parse_policy
from alerting.policy.sections import HouseholdAction, OfficerAction
from contacts.division import Tier


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(PolicyError) as refused:
        parse_policy(text)
    return refused.value.problems


class TestDefaults:
    def test_silent_household_gets_texts_then_its_neighbour_then_calls_then_a_visit(self) -> None:
        assert [(step.after, step.do) for step in default_policy().household.steps] == [
            (minutes(0), HouseholdAction.SMS),
            (minutes(3), HouseholdAction.SMS),
            (minutes(4), HouseholdAction.NEIGHBOUR),
            (minutes(5), HouseholdAction.VOICE),
            (minutes(8), HouseholdAction.DOOR_GRID_OFFICER),
            (minutes(12), HouseholdAction.NEIGHBOUR),
            (minutes(15), HouseholdAction.DOOR_DEPUTY),
            (minutes(20), HouseholdAction.DOOR_DUTY_OFFICER_ABOVE),
        ]
        assert default_policy().household.vulnerable_factor == 0.5

    def test_silent_officer_is_called_then_deputy_and_tier_above(self) -> None:
        assert [(step.after, step.do) for step in default_policy().officer.steps] == [
            (minutes(0), OfficerAction.WEBSOCKET),
            (minutes(0), OfficerAction.SMS),
            (minutes(3), OfficerAction.VOICE),
            (minutes(8), OfficerAction.DEPUTY),
            (minutes(8), OfficerAction.TELL_ABOVE),
        ]

    def test_three_calls_fit_into_five_minutes(self) -> None:
        for voice in (default_policy().household.voice, default_policy().officer.voice):
            assert voice.tries == 3
            assert voice.tries * voice.spacing <= minutes(5)

    def test_help_case_passes_from_village_to_town_to_county(self) -> None:
        steps = default_policy().help_case.steps
        assert [step.owner for step in steps] == [Tier.VILLAGE, Tier.TOWN, Tier.COUNTY]
        assert steps[0].after == minutes(0)
        assert all(earlier.after < later.after for earlier, later in pairwise(steps))

    def test_default_times_and_rates(self) -> None:
        policy = default_policy()
        assert policy.approval.wider_area == minutes(5)
        assert policy.alert.validity == timedelta(hours=24)
        assert policy.alert.target == minutes(30)
        assert policy.roll_call.interval == timedelta(hours=2)
        assert policy.roll_call.answer_within == minutes(30)
        assert policy.sending.segments_per_second == 100
        assert policy.sending.requests_at_once == 100
        assert policy.sending.calls_per_second == 10
        assert policy.sending.calls_at_once == 20
        assert policy.sending.ring == timedelta(seconds=25)
        assert policy.sending.lease > policy.sending.answer_within > minutes(0)

    def test_default_thresholds_of_dark_villages(self) -> None:
        rules = default_policy().dark_village
        assert (rules.after, rules.part_of_neighbours) == (minutes(3), 0.5)
        assert (rules.texts_at_least, rules.neighbours_at_least) == (5, 2)

    def test_policy_is_immutable(self) -> None:
        with pytest.raises(ValidationError):
            default_policy().alert.target = minutes(1)  # type: ignore[misc]

    @pytest.mark.parametrize("action", HouseholdAction)
    def test_door_steps_are_recognised(self, action: HouseholdAction) -> None:
        assert action.is_door is action.name.startswith("DOOR_")


class TestPlace:
    def test_policy_file_overrides_only_its_keys(self) -> None:
        policy = parse_policy("[household]\nvulnerable_factor = 0.25\nvoice.tries = 5")
        household = default_policy().household
        expected = household.model_copy(
            update={
                "vulnerable_factor": 0.25,
                "voice": household.voice.model_copy(update={"tries": 5}),
            }
        )
        assert policy == default_policy().model_copy(update={"household": expected})

    def test_steps_in_the_policy_file_replace_all_default_steps(self) -> None:
        policy = parse_policy('household.steps = [{ after = 0.5, do = "door grid_officer" }]')
        assert [(step.after, step.do) for step in policy.household.steps] == [
            (timedelta(seconds=0.5), HouseholdAction.DOOR_GRID_OFFICER)
        ]

    def test_steps_may_share_one_time(self) -> None:
        text = 'officer.steps = [{ after = 9, do = "sms" }, { after = 9, do = "voice" }]'
        assert len(parse_policy(text).officer.steps) == 2

    def test_longest_and_shortest_times_are_accepted(self) -> None:
        assert parse_policy("alert.validity = 31622400").alert.validity == timedelta(days=366)
        assert parse_policy("roll_call.interval = 0.1").roll_call.interval == minutes(1) / 600

    def test_lease_may_barely_exceed_the_answer_time(self) -> None:
        rules = parse_policy("sending = { lease = 2, answer_within = 1.9 }").sending
        assert rules.lease - rules.answer_within == timedelta(milliseconds=100)

    def test_empty_policy_has_the_defaults(self) -> None:
        assert isinstance(parse_policy("# ours\n"), Policy)
        assert parse_policy("# ours\n") == default_policy()


SECONDS = "write a number of seconds, from 0 to one year"
OUTLAST = (
    "write more than the {} seconds of answer_within: until then, the provider may still answer"
)
ORDER = "write one or more steps, in the order of their times"


def keys(table: dict[str, Any], above: str = "") -> Iterator[str]:
    for key, value in table.items():
        yield above + key
        if isinstance(value, dict):
            yield from keys(value, f"{above}{key}.")


KEYS = [*keys(default_policy().model_dump()), "officer.steps.0", "help_case.steps"]
WRONG = ['"x"', '""', "-1", "-1.5", "inf", "true", "[]", "[1]", "2026-08-29", f'"{"x" * 2000}"']


def problems_of(text: str) -> tuple[str, ...]:
    """Return the problems of a policy; empty if it is valid."""
    try:
        parse_policy(text)
    except PolicyError as refused:
        return refused.problems
    return ()


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("town = 1", "town: there is no such key; remove it or correct its spelling"),
            (
                "household.voice.trys = 3",
                "household.voice.trys: there is no such key; did you mean tries?",
            ),
            ("household = 3", "household: write a table of keys and values here"),
            ("officer.steps = 3", "officer.steps: write a list here"),
            ("officer.steps = []", f"officer.steps: {ORDER}"),
            (
                'help_case.steps = [{after=1, owner="town"}, {after=0, owner="county"}]',
                f"help_case.steps: {ORDER}",
            ),
            ('officer.steps = [{do="sms"}]', "officer.steps.0.after: this is missing; add it"),
            (
                'household.steps = [{after=0, do="sms"}]',
                "household.steps: end with a door step: silence always sends somebody to the door",
            ),
            (
                'officer.steps = [{after=0, do="gong"}]',
                "officer.steps.0.do: write one of 'websocket', 'sms', 'voice', 'deputy' "
                "or 'tell_above'",
            ),
            ('sending.lease = "30"', f"sending.lease: {SECONDS}"),
            ("sending.lease = true", f"sending.lease: {SECONDS}"),
            ("sending.lease = -1", f"sending.lease: {SECONDS}"),
            ("sending.lease = inf", f"sending.lease: {SECONDS}"),
            ("sending.lease = nan", f"sending.lease: {SECONDS}"),
            ("sending.lease = 31622401", f"sending.lease: {SECONDS}"),
            ("sending.lease = 0", "sending.lease: write a number above 0"),
            ("sending.lease = 15", f"sending.lease: {OUTLAST.format(15)}"),
            (
                "sending = { lease = 9, answer_within = 9.5 }",
                f"sending.lease: {OUTLAST.format(9.5)}",
            ),
            ("sending.answer_within = 40", f"sending.lease: {OUTLAST.format(40)}"),
            ("sending.answer_within = -1", f"sending.answer_within: {SECONDS}"),
            (
                "roll_call.answer_within = 0",
                "roll_call.answer_within: write a number above 0",
            ),
            (
                "sending.segments_per_second = 0",
                "sending.segments_per_second: write a number above 0",
            ),
            (
                "sending.segments_per_second = inf",
                "sending.segments_per_second: write a number",
            ),
            (
                "sending.requests_at_once = 0",
                "sending.requests_at_once: write a number of 1 or more",
            ),
            (
                "sending.requests_at_once = true",
                "sending.requests_at_once: write a whole number, without quotes",
            ),
            (
                "sending.cost_per_segment = -0.1",
                "sending.cost_per_segment: write a number of 0.0 or more",
            ),
            (
                'sending.currency = "yuan"',
                "sending.currency: write the three capital letters of a currency, such as CNY",
            ),
            (
                'alert.time_zone = "Sichuan"',
                "alert.time_zone: write a time zone such as Asia/Shanghai",
            ),
            (
                "household.vulnerable_factor = 1.5",
                "household.vulnerable_factor: write a number of 1.0 or less",
            ),
            (
                "household.vulnerable_factor = 0",
                "household.vulnerable_factor: write a number above 0",
            ),
        ],
    )
    def test_mistake_is_named_by_key_with_the_remedy(self, text: str, problem: str) -> None:
        assert problems(text) == (problem,)

    def test_problem_of_any_key_is_in_plain_words(self) -> None:
        told = {
            (key, problem)
            for key in KEYS
            for wrong in WRONG
            for problem in problems_of(f"{key} = {wrong}")
        }
        assert len(told) > len(KEYS)
        remedy = re.compile(r": .*\b(write|shorten|add|end with|remove)\b")
        assert {each for each in told if not remedy.search(each[1])} == set()
        jargon = re.compile(r"Input|valid |pattern|\\|\{|<")
        assert {each for each in told if jargon.search(each[1])} == set()

    def test_every_mistake_is_listed(self) -> None:
        with pytest.raises(PolicyError) as refused:
            parse_policy("alert.target = 0\nsending.lease = 0\ntown = 1")
        assert [line.split(":")[0] for line in refused.value.problems] == [
            "alert.target",
            "sending.lease",
            "town",
        ]
        assert str(refused.value).splitlines() == list(refused.value.problems)

    def test_toml_syntax_error_names_its_position(self) -> None:
        (problem,) = problems("alert = [")
        assert problem.startswith("the policy is not TOML: ")
        assert "line 1" in problem or "end of document" in problem
