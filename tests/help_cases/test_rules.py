from dataclasses import replace
from datetime import datetime, timedelta
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.help_cases.rules import (
    CaseReason,
    CaseState,
    HelpCase,
    Owner,
    OwnerReason,
    Resolution,
    help_case,
    owner,
    resolutions,
)
from alerting.policy.policy import default_policy, parse_policy
from alerting.roll.rules.evidence import Evidence, Report, Rung
from alerting.roll.rules.persons import fold_persons
from alerting.roll.rules.standing import Standing
from contacts.division import Tier
from tests.support.evidence import (
    DAWN,
    NEIGHBOUR,
    OFFICER,
    OWN,
    SHELTER,
    minutes,
    missed,
    reports,
    roll_calls,
    rungs,
    said,
    sources,
    statements,
)

RULES = default_policy().help_case
HOUSEHOLD = "5119211002080012345"
NOBODY = frozenset[int]()
OPEN, RESOLVED = CaseState


def at(minute: float) -> datetime:
    return DAWN + timedelta(minutes=minute)


def case_of(*evidence: Evidence) -> HelpCase | None:
    return help_case(evidence, 3, NOBODY)


def test_20000_taps_are_folded_in_under_two_seconds() -> None:
    taps = [said(("needs_help", "evacuated")[n % 2], n) for n in range(20_000)]
    begun = process_time()
    found = help_case(taps, 3, NOBODY)
    assert found is not None
    assert (found.state, found.opened_at) == (OPEN, taps[0].given_at)
    assert process_time() - begun < 2


class TestCase:
    def test_there_is_no_case_without_a_call_for_help(self) -> None:
        assert case_of() is None
        assert case_of(said("staying"), said("not_home", 1, OFFICER), missed(9, since=2)) is None

    @pytest.mark.parametrize("rung", Rung)
    def test_case_is_open_from_the_first_call(self, rung: Rung) -> None:
        calls = [said("received", 0), said("needs_help", 2, rung), said("needs_help", 5)]
        assert case_of(*calls) == HelpCase(OPEN, CaseReason.CALLED, at(2))

    @pytest.mark.parametrize("rung", [OFFICER, SHELTER])
    @pytest.mark.parametrize("report", ["evacuated", "elsewhere", "staying"])
    def test_report_of_a_named_officer_resolves_a_case(self, rung: Rung, report: str) -> None:
        assert case_of(said("needs_help", 1), said(report, 3, rung, by="o")) == HelpCase(
            RESOLVED, CaseReason.OFFICERS_REPORT, at(1), at(3), "o"
        )

    @pytest.mark.parametrize(
        "answer",
        [
            said("evacuated", 3, OWN),
            said("evacuated", 3, NEIGHBOUR),
            said("received", 3, OFFICER),
            said("not_home", 3, OFFICER),
            said("evacuated", 1, OFFICER),
            missed(9, since=3),
        ],
    )
    def test_other_evidence_does_not_resolve_a_case(self, answer: Evidence) -> None:
        assert case_of(said("needs_help", 1), answer) == HelpCase(OPEN, CaseReason.CALLED, at(1))

    def test_simultaneous_reports_resolve_a_case_in_the_highest_reporters_name(self) -> None:
        answers = [
            said("evacuated", 3, OFFICER, by="x"),
            said("evacuated", 3, SHELTER, by="b"),
            said("evacuated", 3, SHELTER, by="c"),
            said("received", 3, SHELTER, by="z"),
            said("evacuated", 3, NEIGHBOUR, by="n"),
        ]
        case = case_of(said("needs_help", 1), *answers, said("evacuated", 4, OFFICER, by="later"))
        assert case is not None
        assert (case.resolved_at, case.resolved_by) == (at(3), "c")

    def test_new_call_reopens_a_case_and_restarts_its_time(self) -> None:
        history = [said("needs_help", 1), said("evacuated", 3, OFFICER), said("needs_help", 7)]
        assert case_of(*history) == HelpCase(OPEN, CaseReason.CALLED_AGAIN, at(7))
        assert case_of(*history, said("evacuated", 8, OFFICER)) == HelpCase(
            RESOLVED, CaseReason.OFFICERS_REPORT, at(7), at(8), "officer"
        )

    def test_case_of_named_persons_is_resolved_when_all_are_reported_on(self) -> None:
        two = frozenset({0, 1})
        history = [
            said("needs_help", 1, persons=two),
            said("evacuated", 2, OFFICER, persons={0}),
            said("evacuated", 3, OFFICER, persons={1}),
        ]
        first, both = help_case(history[:2], 3, two), help_case(history, 3, two)
        assert first == HelpCase(OPEN, CaseReason.CALLED, at(1))
        assert both is not None
        assert (both.state, both.resolved_at) == (RESOLVED, at(3))

    @given(
        st.lists(
            statements
            | roll_calls
            | st.builds(
                said,
                reports | st.just(Report.NEEDS_HELP),
                minutes,
                rungs,
                by=sources,
                persons=st.frozensets(st.integers(0, 3), min_size=1),
            ),
            max_size=6,
        ).flatmap(lambda h: st.tuples(st.just(h), st.permutations(h))),
        st.frozensets(st.integers(0, 3)),
    )
    def test_case_is_open_while_help_is_needed_in_any_order_of_arrival(
        self, orders: tuple[list[Evidence], list[Evidence]], persons: frozenset[int]
    ) -> None:
        history, arrived = orders
        case = help_case(history, 4, persons)
        needed = fold_persons(history, 4, persons).standing is Standing.NEEDS_HELP
        assert needed is (case is not None and case.state is OPEN)
        renumbered = [replace(item, id=n) for n, item in enumerate(arrived)]
        assert help_case(renumbered, 4, persons) == case


class TestOwner:
    @pytest.mark.parametrize(
        ("minute", "tier", "division", "passes_on", "reason"),
        [
            (-1, Tier.VILLAGE, "511921100208", 5, OwnerReason.FIRST),
            (0, Tier.VILLAGE, "511921100208", 5, OwnerReason.FIRST),
            (4.9, Tier.VILLAGE, "511921100208", 5, OwnerReason.FIRST),
            (5, Tier.TOWN, "511921100", 10, OwnerReason.PASSED_ON),
            (9.9, Tier.TOWN, "511921100", 10, OwnerReason.PASSED_ON),
            (10, Tier.COUNTY, "511921", None, OwnerReason.PASSED_ON),
            (600, Tier.COUNTY, "511921", None, OwnerReason.PASSED_ON),
        ],
    )
    def test_case_passes_from_village_to_town_to_county(
        self,
        minute: float,
        tier: Tier,
        division: str,
        passes_on: int | None,
        reason: OwnerReason,
    ) -> None:
        passes_on_at = None if passes_on is None else at(passes_on)
        expected = Owner(tier, division, passes_on_at, reason)
        assert owner(RULES, HOUSEHOLD, DAWN, at(minute)) == expected

    def test_first_owner_is_set_before_the_policys_first_time(self) -> None:
        rules = parse_policy("help_case.steps = [{ after = 60, owner = 'town' }]").help_case
        assert owner(rules, HOUSEHOLD, DAWN, DAWN) == Owner(
            Tier.TOWN, "511921100", None, OwnerReason.FIRST
        )

    @pytest.mark.parametrize(
        ("household", "tier", "division"),
        [
            ("5119211002080012345", Tier.GRID, "511921100208001"),
            ("5119211002082345", Tier.VILLAGE, "511921100208"),
        ],
    )
    def test_case_of_a_household_without_a_grid_belongs_to_the_next_tier_up(
        self, household: str, tier: Tier, division: str
    ) -> None:
        rules = parse_policy("help_case.steps = [{ after = 0, owner = 'grid' }]").help_case
        found = owner(rules, household, DAWN, DAWN)
        assert (found.tier, found.division) == (tier, division)


class TestResolutions:
    CASES = (
        ("5119211002080001", OPEN),
        ("5119211002080002", RESOLVED),
        ("5119211002090001", RESOLVED),
        ("5119211012000001", RESOLVED),
    )

    @pytest.mark.parametrize(
        ("digits", "expected"),
        [
            (6, {"511921": Resolution(4, 3)}),
            (9, {"511921100": Resolution(3, 2), "511921101": Resolution(1, 1)}),
            (
                12,
                {
                    "511921100208": Resolution(2, 1),
                    "511921100209": Resolution(1, 1),
                    "511921101200": Resolution(1, 1),
                },
            ),
        ],
    )
    def test_cases_are_counted_by_division(
        self, digits: int, expected: dict[str, Resolution]
    ) -> None:
        found = resolutions(self.CASES, digits)
        assert found == expected
        assert list(found) == sorted(found)

    def test_there_are_no_resolutions_without_cases(self) -> None:
        assert resolutions([], 6) == {}

    def test_rate_is_the_share_resolved(self) -> None:
        assert Resolution(73_732, 66_920).rate == pytest.approx(0.908, abs=0.0005)
        assert Resolution(1, 0).rate == 0
