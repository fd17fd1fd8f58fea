from collections.abc import Iterable
from dataclasses import astuple, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.errors import InvalidError
from alerting.roll.rules.evidence import ACCOUNTING, DANGER, Evidence, Report, Rung
from alerting.roll.rules.persons import fold_persons, indexes_of, open_persons
from alerting.roll.rules.standing import HouseholdStanding, People, Standing, StandingReason, fold
from tests.support.evidence import (
    NEIGHBOUR,
    OFFICER,
    OWN,
    SHELTER,
    headcounts,
    histories,
    minutes,
    missed,
    reports,
    roll_calls,
    rungs,
    said,
    sources,
    statements,
)

FOUR = frozenset({0, 1, 2, 3})


def named(
    report: Report | str,
    persons: Iterable[int],
    minute: int = 0,
    rung: Rung = OWN,
    by: str | None = None,
) -> Evidence:
    return said(report, minute, rung, None, by, persons)


def missing(*evidence: Evidence) -> set[int]:
    return set(open_persons(evidence, 4, FOUR))


names = st.frozensets(st.integers(0, 5), min_size=1, max_size=3)
anything = statements | roll_calls | st.builds(named, reports, names, minutes, rungs, sources)


class TestNamed:
    def test_named_persons_get_their_standing_from_evidence_about_each(self) -> None:
        history = [
            named("evacuated", {0}, 1),
            named("elsewhere", {1}, 2),
            named("staying", {2}, 3, OFFICER),
        ]
        household = fold_persons(history, 4, FOUR)
        assert household.people == People(unaccounted=1, staying=1, elsewhere=1, evacuated=1)
        assert missing(*history) == {3}

    def test_later_report_on_others_keeps_earlier_persons_out(self) -> None:
        assert missing(named("evacuated", {0, 1}, 1), named("evacuated", {3}, 2)) == {2}

    def test_evidence_about_all_applies_to_each_named_person(self) -> None:
        history = [said("evacuated", 1), named("staying", {2}, 2)]
        assert fold_persons(history, 4, FOUR).people == People(staying=1, evacuated=3)
        assert missing(*history) == set()

    @pytest.mark.parametrize("count", [4, 5])
    def test_count_of_the_whole_household_applies_to_each_person(self, count: int) -> None:
        history = [said("evacuated", 1, count=count), named("evacuated", {2}, 2)]
        assert fold_persons(history, 4, FOUR).people == People(evacuated=4)
        assert fold_persons(history, 4, FOUR).flagged is (count > 4)

    def test_later_evidence_on_a_person_or_on_all_corrects_earlier(self) -> None:
        out = named("evacuated", {0}, 1)
        assert missing(out, named("staying", {0}, 2), named("evacuated", {0}, 3)) == {1, 2, 3}
        assert fold_persons([out, said("staying", 2)], 4, FOUR).people == People(staying=4)

    def test_officer_overrules_evidence_person_by_person(self) -> None:
        history = [named("staying", {0, 1}, 1), named("evacuated", {0}, 2, OFFICER)]
        assert fold_persons(history, 2, frozenset({0, 1})).people == People(staying=1, evacuated=1)

    def test_each_caller_needs_help_until_an_officer_reports_on_them(self) -> None:
        call = named("needs_help", {0, 1}, 1)
        one = [call, named("evacuated", {0}, 2, OFFICER), named("evacuated", {1}, 3)]
        household = fold_persons(one, 2, frozenset({0, 1}))
        assert household.people == People(needs_help=1, evacuated=1)
        assert (household.standing, household.reason) == (
            Standing.NEEDS_HELP,
            StandingReason.HELP_OPEN,
        )
        both = [*one, named("elsewhere", {1}, 4, SHELTER)]
        assert fold_persons(both, 2, frozenset({0, 1})).people == People(elsewhere=1, evacuated=1)

    def test_persons_are_missing_after_a_missed_roll_call_until_named_again(self) -> None:
        history = [named("evacuated", FOUR, 1), missed(9, since=5)]
        assert missing(*history) == FOUR
        assert missing(*history, named("evacuated", {1, 2}, 6)) == {0, 3}
        household = fold_persons(history, 4, FOUR)
        assert (household.standing, household.reason) == (
            Standing.UNACCOUNTED,
            StandingReason.MISSED_ROLL_CALL,
        )

    def test_names_from_outside_the_household_account_for_nobody(self) -> None:
        assert missing(named("evacuated", {4, 5}), named("evacuated", {0, 9}, 1)) == {1, 2, 3}

    @pytest.mark.parametrize("report", sorted(DANGER))
    def test_danger_to_an_unknown_person_applies_to_everybody(self, report: Report) -> None:
        household = fold_persons([named(report, {0, 9}, 1)], 4, FOUR)
        assert household.standing.value == report.value
        assert not household.people.unaccounted

    def test_bare_count_does_not_answer_a_call_that_names_a_known_person(self) -> None:
        history = [named("needs_help", {0, 9}, 1), said("evacuated", 2, OFFICER, 3)]
        assert fold_persons(history, 4, FOUR).people == People(needs_help=1, unaccounted=3)

    def test_receipt_with_a_name_changes_nothing(self) -> None:
        history = [said("evacuated", 1, count=3), named("received", {0}, 2)]
        assert fold_persons(history, 4, FOUR) == fold(history, 4)
        assert missing(*history) == FOUR


class TestBareCount:
    """A bare count such as '1 3': three people are out, but it is unknown which three."""

    def test_bare_count_accounts_for_nobody_beside_names(self) -> None:
        history = [said("evacuated", 1, count=3), named("evacuated", {0}, 2, SHELTER)]
        assert missing(*history) == {1, 2, 3}

    def test_bare_count_keeps_named_persons_out(self) -> None:
        assert missing(named("evacuated", {0}, 1), said("evacuated", 2, count=3)) == {1, 2, 3}

    def test_bare_count_revokes_that_all_were_out(self) -> None:
        history = [said("evacuated", 1), said("evacuated", 2, count=3)]
        assert missing(*history, named("evacuated", {0}, 3)) == {1, 2, 3}

    def test_bare_count_from_a_phone_casts_doubt_on_an_officers_report_on_all(self) -> None:
        history = [said("evacuated", 1, OFFICER), said("evacuated", 2, count=3)]
        assert missing(*history, named("evacuated", {0}, 3)) == {1, 2, 3}

    def test_later_report_on_all_revokes_the_bare_count(self) -> None:
        own = [said("evacuated", 1, count=3), named("evacuated", {0}, 2)]
        assert missing(*own, said("evacuated", 3)) == set()
        assert missing(*own, said("evacuated", 3, OFFICER)) == set()

    def test_bare_count_against_a_report_on_all_gives_reason_conflict(self) -> None:
        history = [said("evacuated", 1), said("evacuated", 2, count=3), named("evacuated", {9}, 3)]
        assert fold_persons(history, 4, FOUR).reason is StandingReason.CONFLICT
        assert fold_persons([*history, missed(9, since=5)], 4, FOUR).reason is (
            StandingReason.MISSED_ROLL_CALL
        )

    def test_count_of_0_is_a_bare_count(self) -> None:
        assert missing(said("elsewhere", 1, count=0), named("evacuated", {0}, 2)) == {1, 2, 3}

    def test_bare_count_before_a_missed_roll_call_does_not_affect_later_answers(self) -> None:
        history = [said("evacuated", 1, NEIGHBOUR, 3), missed(9, since=5)]
        assert missing(*history, said("evacuated", 6), named("evacuated", {0}, 6)) == set()

    @pytest.mark.parametrize("report", sorted(DANGER))
    @pytest.mark.parametrize("count", [1, 3])
    def test_count_of_people_in_danger_applies_to_everybody_not_named(
        self, report: str, count: int
    ) -> None:
        history = [said(report, 1, count=count), named("evacuated", {0}, 2, OFFICER)]
        household = fold_persons(history, 4, FOUR)
        assert (household.people.evacuated, household.people.unaccounted) == (1, 0)
        assert household.standing.value == report

    @pytest.mark.parametrize("report", sorted(DANGER))
    def test_bare_count_does_not_weaken_danger(self, report: Report) -> None:
        history = [said("evacuated", 1, count=3), said(report, 1, NEIGHBOUR)]
        household = fold_persons([*history, named("evacuated", {9}, 2)], 4, FOUR)
        assert household.standing.value == report.value
        assert not household.people.unaccounted

    def test_officers_bare_count_answers_a_call_without_names(self) -> None:
        history = [said("needs_help", 1), said("evacuated", 2, OFFICER, 3)]
        assert missing(*history, named("evacuated", {0}, 3, SHELTER)) == {1, 2, 3}

    def test_officers_bare_count_does_not_answer_a_call_with_names(self) -> None:
        history = [named("needs_help", {0}, 1), said("evacuated", 2, OFFICER, 3)]
        assert fold_persons(history, 4, FOUR).people == People(needs_help=1, unaccounted=3)

    def test_persons_not_named_are_missing_after_a_refusal_and_a_bare_count(self) -> None:
        history = [said("staying", 1), said("evacuated", 2, count=3)]
        assert missing(*history, named("evacuated", {0}, 3)) == {1, 2, 3}

    def test_simultaneous_bare_count_does_not_undo_a_refusal_by_all(self) -> None:
        history = [said("staying", 1), said("staying", 1, count=2), named("evacuated", {0}, 2)]
        for order in (history, history[::-1]):
            assert fold_persons(order, 4, FOUR).people == People(staying=3, evacuated=1)


class TestUnnamed:
    def test_unnamed_persons_get_their_standing_from_evidence_about_all(self) -> None:
        two = frozenset({0, 1})
        assert fold_persons([named("evacuated", two)], 5, two).people == People(
            unaccounted=3, evacuated=2
        )
        history = [said("evacuated", 1), named("staying", {0}, 2)]
        assert fold_persons(history, 5, two).people == People(staying=1, evacuated=4)

    def test_unnamed_persons_do_not_need_help_because_a_named_one_does(self) -> None:
        household = fold_persons([named("needs_help", {0})], 3, frozenset({0}))
        assert household.people == People(unaccounted=2, needs_help=1)

    def test_household_without_names_is_folded_by_count(self) -> None:
        history = [named("evacuated", {0, 1})]
        assert fold_persons(history, 4, frozenset()) == fold(history, 4)
        assert open_persons(history, 4, frozenset()) == frozenset()

    def test_all_may_be_missing_after_staying_with_a_count_and_a_missed_roll_call(self) -> None:
        assert missing(said("staying", 1, count=2)) == set()
        assert missing(said("staying", 1, count=2), missed(9, since=5)) == FOUR

    @pytest.mark.parametrize(("count", "expected"), [(None, frozenset()), (3, FOUR), (4, set())])
    def test_without_names_all_or_none_may_be_missing(
        self, count: int | None, expected: frozenset[int]
    ) -> None:
        assert missing(said("evacuated", count=count)) == expected

    def test_more_names_than_people_are_refused(self) -> None:
        with pytest.raises(ValueError, match="4 persons are named: the headcount 3 is wrong"):
            fold_persons([], 3, FOUR)

    def test_headcount_of_0_is_refused(self) -> None:
        with pytest.raises(ValueError, match="1 person or more"):
            fold_persons([], 0, frozenset())


class TestHousehold:
    @pytest.mark.parametrize(
        ("reports_by_person", "standing"),
        [
            (["evacuated", "evacuated"], Standing.EVACUATED),
            (["evacuated", "elsewhere"], Standing.ELSEWHERE),
            (["elsewhere", "not_home"], Standing.PARTLY),
            (["evacuated", "not_home"], Standing.PARTLY),
            (["staying", "not_home"], Standing.STAYING),
            (["staying", "evacuated"], Standing.STAYING),
            (["needs_help", "staying"], Standing.NEEDS_HELP),
        ],
    )
    def test_household_has_the_worst_standing_of_its_people(
        self, reports_by_person: list[str], standing: Standing
    ) -> None:
        history = [named(report, {who}) for who, report in enumerate(reports_by_person)]
        assert fold_persons(history, 2, frozenset({0, 1})).standing is standing

    def test_household_needs_help_if_one_person_does(self) -> None:
        history = [named("needs_help", {0}, 1, OFFICER), named("staying", {1}, 1)]
        assert fold_persons(history, 4, FOUR).standing is Standing.NEEDS_HELP

    def test_household_that_was_partly_out_has_missed_the_roll_call(self) -> None:
        history = [named("evacuated", {2}, 1), missed(9, since=5)]
        assert fold_persons(history, 4, FOUR).reason is StandingReason.MISSED_ROLL_CALL

    def test_household_with_only_unknown_names_is_unaccounted(self) -> None:
        household = fold_persons([named("evacuated", {9})], 4, FOUR)
        assert household == HouseholdStanding(
            Standing.UNACCOUNTED,
            People(unaccounted=4),
            False,
            False,
            StandingReason.NOTHING_SAID,
            None,
        )

    @pytest.mark.parametrize(("other", "verified"), [(OFFICER, True), (OWN, False)])
    def test_household_is_verified_if_all_accounted_people_are(
        self, other: Rung, verified: bool
    ) -> None:
        history = [named("elsewhere", {0}, 1, SHELTER), named("evacuated", {1}, 1, other)]
        household = fold_persons(history, 4, FOUR)
        assert (household.standing, household.verified) == (Standing.PARTLY, verified)

    def test_deciding_evidence_is_the_weakest_among_the_worst(self) -> None:
        history = [
            named("evacuated", {0}, 1, OWN, "c"),
            named("elsewhere", {1}, 1, OFFICER, "b"),
            named("elsewhere", {2}, 1, NEIGHBOUR, "a"),
        ]
        household = fold_persons(history, 4, FOUR)
        assert (household.reason, household.settled_by) == (StandingReason.NEIGHBOURS_WORD, "a")
        assert fold_persons(history[:2], 4, FOUR).settled_by == "b"

    @pytest.mark.parametrize(("first", "second"), [("a", "b"), ("b", "a")])
    def test_deciding_phone_of_equal_evidence_does_not_depend_on_the_person_named(
        self, first: str, second: str
    ) -> None:
        history = [named("evacuated", {0}, by=first), named("evacuated", {1}, by=second)]
        assert fold_persons(history, 4, FOUR).settled_by == "b"

    def test_settled_by_is_none_unless_an_officer_spoke_to_all_who_stay(self) -> None:
        history = [named("staying", {0}, 1, OFFICER), named("staying", {1}, 1)]
        assert fold_persons(history, 4, FOUR).settled_by is None
        assert fold_persons(history[:1], 4, FOUR).settled_by == "officer"
        spoken_to = [*history, named("staying", {1}, 2, SHELTER, "z")]
        assert fold_persons(spoken_to, 4, FOUR).settled_by == "z"


class TestAlways:
    @given(
        st.lists(anything, max_size=7).flatmap(
            lambda h: st.tuples(st.just(h), st.permutations(h * 2))
        ),
        st.frozensets(st.integers(0, 4)),
    )
    def test_order_of_arrival_and_repetition_are_irrelevant(
        self, orders: tuple[list[Evidence], list[Evidence]], persons: frozenset[int]
    ) -> None:
        history, arrived = orders
        renumbered = [replace(item, id=n) for n, item in enumerate(arrived)]
        assert fold_persons(renumbered, 5, persons) == fold_persons(history, 5, persons)
        assert open_persons(renumbered, 5, persons) == open_persons(history, 5, persons)

    @given(st.lists(anything, max_size=7), st.frozensets(st.integers(0, 4)))
    def test_every_person_has_exactly_one_standing(
        self, history: list[Evidence], persons: frozenset[int]
    ) -> None:
        people = fold_persons(history, 5, persons).people
        assert sum(astuple(people)) == 5
        assert min(astuple(people)) >= 0
        assert people.unaccounted or not open_persons(history, 5, persons)

    @given(st.lists(statements | roll_calls, max_size=7), headcounts)
    def test_evidence_without_names_gives_the_result_of_fold(
        self, history: list[Evidence], headcount: int
    ) -> None:
        persons = frozenset(range(headcount))
        assert fold_persons(history, headcount, persons) == fold(history, headcount)

    @given(st.lists(statements | roll_calls, max_size=6), reports, minutes, rungs)
    def test_evidence_on_one_person_does_not_change_the_others(
        self, history: list[Evidence], report: Report, minute: int, rung: Rung
    ) -> None:
        two = frozenset({0, 1})
        said_of_one = [*history, named(report, {0}, minute, rung), named("elsewhere", {0}, 9)]
        counted = fold(history, 2)
        is_missing = 1 in open_persons(said_of_one, 2, two)
        assert is_missing is (counted.standing in {Standing.PARTLY, Standing.UNACCOUNTED})

    @given(histories, st.lists(st.builds(named, reports, names, minutes, rungs), min_size=1))
    def test_nobody_is_safe_without_evidence(
        self, history: list[Evidence], naming: list[Evidence]
    ) -> None:
        of_all = [item for item in history if item.count is None or item.count >= 4]
        safe = {
            person
            for item in naming + of_all
            if item.report in ACCOUNTING
            for person in item.persons or FOUR
        }
        people = fold_persons(history + naming, 4, FOUR).people
        if any(item.report in ACCOUNTING | DANGER for item in naming):
            assert people.evacuated + people.elsewhere <= len(safe & FOUR)


@pytest.mark.parametrize(
    ("names", "places"), [(["乙"], {1}), (["丙", "甲"], {0, 2}), (["甲", "甲"], {0}), ([], set())]
)
def test_indexes_of_names_on_the_roll(names: list[str], places: set[int]) -> None:
    assert indexes_of(names, ["甲", "乙", "丙"]) == places


@pytest.mark.parametrize(
    ("on_roll", "said_then"),
    [
        (
            ["甲", "乙"],
            "persons: 丙, 丁: not named on the roll; write names as it has them: 甲, 乙",
        ),
        ([], "persons: 丙, 丁: not named on the roll; it names nobody .* give `people`"),
    ],
)
def test_name_that_is_not_on_the_roll_is_refused(on_roll: list[str], said_then: str) -> None:
    with pytest.raises(InvalidError, match=said_then) as refused:
        indexes_of(["丙", *on_roll, "丁"], on_roll)
    assert refused.value.field == "persons"
