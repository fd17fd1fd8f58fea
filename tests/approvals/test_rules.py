from datetime import UTC, datetime, timedelta

import pytest

from alerting.access.rules import ASKING, Ruling
from alerting.approvals.rules import (
    TRANSITIONS,
    ApprovalState,
    Asked,
    AskedReason,
    Proposal,
    Verdict,
    asked_about,
    may_decide,
    propose_adjacent,
    verdict,
)
from alerting.policy.policy import default_policy, parse_policy
from contacts.people import Role

ASKED_AT = datetime(2022, 8, 29, 5, 0, tzinfo=UTC)
RULES = default_policy().approval
OWN = "511921100208"
TOWN, COUNTY, CITY = "511921100", "511921", "5119"
NEAREST = AskedReason.NEAREST_WHO_COVERS_IT


def at(minute: float) -> datetime:
    return ASKED_AT + timedelta(minutes=minute)


class TestAskedOf:
    @pytest.mark.parametrize(
        ("minute", "division", "reason", "passes"),
        [
            (-1, TOWN, NEAREST, 5),
            (0, TOWN, NEAREST, 5),
            (4.99, TOWN, NEAREST, 5),
            (5, COUNTY, AskedReason.PASSED_UP, 10),
            (9.99, COUNTY, AskedReason.PASSED_UP, 10),
            (10, CITY, AskedReason.PASSED_UP, None),
            (14.99, CITY, AskedReason.PASSED_UP, None),
            (15, CITY, AskedReason.NOBODY_DECIDED, None),
            (6000, CITY, AskedReason.NOBODY_DECIDED, None),
        ],
    )
    def test_tiers_are_asked_in_turn_and_silence_never_approves(
        self, minute: float, division: str, reason: AskedReason, passes: int | None
    ) -> None:
        asked = asked_about(["511921100209"], ASKED_AT, at(minute), RULES)
        assert asked == Asked(division, reason, None if passes is None else at(passes))

    @pytest.mark.parametrize(
        ("area", "division"),
        [
            (["511921100209", "511921100210001"], TOWN),
            ([TOWN], TOWN),
            (["511921101200"], "511921101"),
            (["511921100209", "511921101200"], COUNTY),
            ([COUNTY], COUNTY),
            (["511921101200", "511922100200"], CITY),
        ],
    )
    def test_lowest_covering_tier_is_asked_first(self, area: list[str], division: str) -> None:
        asked = asked_about(area, ASKED_AT, ASKED_AT, RULES)
        assert (asked.division, asked.reason) == (division, NEAREST)

    def test_highest_tier_is_not_passed_on(self) -> None:
        assert asked_about([CITY], ASKED_AT, ASKED_AT, RULES) == Asked(CITY, NEAREST, None)

    @pytest.mark.parametrize("area", [["51"], ["511921100209", "510100000001"]])
    def test_area_beyond_a_city_has_no_approver(self, area: list[str]) -> None:
        asked = asked_about(area, ASKED_AT, ASKED_AT, RULES)
        assert asked == Asked(None, AskedReason.NOBODY_COVERS_IT)

    def test_interval_comes_from_the_policy(self) -> None:
        rules = parse_policy("approval.wider_area = 60").approval
        asked = asked_about(["511921100209"], ASKED_AT, at(1), rules)
        assert (asked.division, asked.passes_at) == (COUNTY, at(2))


class TestProposeAdjacent:
    VILLAGES = ("511921100210", "511921100208", "511921100209", "511921101200")

    def test_rest_of_the_town_is_proposed_with_the_same_time_limits(self) -> None:
        (proposal,) = propose_adjacent([OWN], self.VILLAGES, ASKED_AT, at(5), RULES)
        assert proposal == Proposal(
            ("511921100209", "511921100210"), Asked(COUNTY, AskedReason.PASSED_UP, at(10))
        )

    def test_each_town_has_its_own_proposal(self) -> None:
        villages = ["511921101201", *self.VILLAGES]
        area = [OWN, "511921101200"]
        proposals = propose_adjacent(area, villages, ASKED_AT, ASKED_AT, RULES)
        assert [(proposal.villages, proposal.asked.division) for proposal in proposals] == [
            (("511921100209", "511921100210"), TOWN),
            (("511921101201",), "511921101"),
        ]

    @pytest.mark.parametrize("area", [[TOWN], [COUNTY], ["511921100208", *VILLAGES], []])
    def test_wholly_alerted_town_has_no_proposal(self, area: list[str]) -> None:
        assert propose_adjacent(area, self.VILLAGES[:3], ASKED_AT, ASKED_AT, RULES) == ()

    def test_partly_alerted_village_is_proposed(self) -> None:
        area = [f"{OWN}001"]
        (proposal,) = propose_adjacent(area, self.VILLAGES, ASKED_AT, ASKED_AT, RULES)
        assert proposal.villages == (OWN, "511921100209", "511921100210")


class TestMayDecide:
    @pytest.mark.parametrize(
        ("role", "home", "area", "ruling"),
        [
            (Role.TOWN_COMMANDER, TOWN, ["511921100209"], Ruling.ALLOWED),
            (Role.DUTY_OFFICER, TOWN, [TOWN], Ruling.ALLOWED),
            (Role.DUTY_OFFICER, COUNTY, ["511921100209", "511921101"], Ruling.ALLOWED),
            (Role.DUTY_OFFICER, CITY, [COUNTY], Ruling.ALLOWED),
            (Role.TOWN_COMMANDER, TOWN, ["511921100209", "511921101"], Ruling.NOT_THIS_PLACE),
            (Role.TOWN_COMMANDER, TOWN, [COUNTY], Ruling.NOT_THIS_PLACE),
            (Role.DUTY_OFFICER, "511921100209", ["511921100209"], Ruling.NOT_THIS_PLACE),
            (Role.GRID_OFFICER, TOWN, ["511921100209"], Ruling.NOT_THIS_ROLE),
            (Role.INFORMANT, TOWN, ["511921100209"], Ruling.NOT_THIS_ROLE),
            (Role.ADMINISTRATOR, CITY, [COUNTY], Ruling.NOT_THIS_ROLE),
        ],
    )
    def test_only_covering_officers_of_a_town_or_above_may_decide(
        self, role: Role, home: str, area: list[str], ruling: Ruling
    ) -> None:
        assert may_decide(role, home, area) is ruling

    def test_no_role_both_asks_and_decides(self) -> None:
        assert {Role.INFORMANT, Role.GRID_OFFICER} == ASKING
        deciding = {role for role in Role if may_decide(role, CITY, [TOWN]) is Ruling.ALLOWED}
        assert deciding.isdisjoint(ASKING)


class TestVerdict:
    @pytest.mark.parametrize("wanted", [ApprovalState.APPROVED, ApprovalState.DECLINED])
    @pytest.mark.parametrize("state", ApprovalState)
    def test_decision_takes_effect_only_on_a_waiting_approval(
        self, state: ApprovalState, wanted: ApprovalState
    ) -> None:
        if state is ApprovalState.WAITING:
            expected = Verdict.TAKES_EFFECT
        else:
            expected = Verdict.SAID_BEFORE if state is wanted else Verdict.SETTLED_OTHERWISE
        assert verdict(state, wanted) is expected

    def test_every_state_except_waiting_is_final(self) -> None:
        assert set(TRANSITIONS) == set(ApprovalState)
        assert all(ApprovalState.WAITING not in after for after in TRANSITIONS.values())
        final = {state for state, after in TRANSITIONS.items() if not after}
        assert final == set(ApprovalState) - {ApprovalState.WAITING}
