from dataclasses import astuple, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.roll.rules.evidence import Evidence, Report, Rung
from alerting.roll.rules.standing import (
    HouseholdStanding,
    People,
    Standing,
    StandingReason,
    danger_of,
    fold,
)
from tests.support.evidence import (
    DAWN,
    NEIGHBOUR,
    OFFICER,
    OWN,
    SHELTER,
    SILENT,
    answers,
    headcounts,
    histories,
    roll_calls,
    said,
    statements,
)

FROM_BEST_TO_WORST = [
    Standing.EVACUATED,
    Standing.ELSEWHERE,
    Standing.PARTLY,
    Standing.UNACCOUNTED,
    Standing.STAYING,
    Standing.NEEDS_HELP,
]


def badness(household: HouseholdStanding) -> tuple[int, int]:
    accounted = household.people.elsewhere + household.people.evacuated
    return FROM_BEST_TO_WORST.index(household.standing), -accounted


class TestOneStatement:
    @pytest.mark.parametrize(
        ("report", "count", "standing", "people"),
        [
            ("evacuated", None, Standing.EVACUATED, People(evacuated=5)),
            ("evacuated", 5, Standing.EVACUATED, People(evacuated=5)),
            ("evacuated", 7, Standing.EVACUATED, People(evacuated=5)),
            ("evacuated", 2, Standing.PARTLY, People(unaccounted=3, evacuated=2)),
            ("evacuated", 0, Standing.UNACCOUNTED, People(unaccounted=5)),
            ("elsewhere", None, Standing.ELSEWHERE, People(elsewhere=5)),
            ("elsewhere", 6, Standing.ELSEWHERE, People(elsewhere=5)),
            ("elsewhere", 4, Standing.PARTLY, People(unaccounted=1, elsewhere=4)),
            ("elsewhere", 0, Standing.UNACCOUNTED, People(unaccounted=5)),
            ("staying", None, Standing.STAYING, People(staying=5)),
            ("staying", 0, Standing.STAYING, People(staying=5)),
            ("staying", 4, Standing.STAYING, People(staying=1, evacuated=4)),
            ("needs_help", None, Standing.NEEDS_HELP, People(needs_help=5)),
            ("needs_help", 1, Standing.NEEDS_HELP, People(needs_help=5)),
            ("received", 5, Standing.UNACCOUNTED, People(unaccounted=5)),
            ("not_home", None, Standing.UNACCOUNTED, People(unaccounted=5)),
        ],
    )
    def test_makes_the_standing(
        self, report: str, count: int | None, standing: Standing, people: People
    ) -> None:
        household = fold([said(report, count=count)], 5)
        assert (household.standing, household.people) == (standing, people)

    @pytest.mark.parametrize("count", [5, 6])
    def test_nobody_can_stay_where_all_are_said_to_have_left_so_all_are_counted_in_danger(
        self, count: int
    ) -> None:
        assert fold([said("staying", count=count)], 5).people == People(staying=5)

    @pytest.mark.parametrize("report", ["evacuated", "elsewhere", "staying", "needs_help"])
    @pytest.mark.parametrize(("count", "flagged"), [(None, False), (5, False), (6, True)])
    def test_more_people_than_live_there_are_flagged(
        self, report: str, count: int | None, flagged: bool
    ) -> None:
        assert fold([said(report, count=count)], 5).flagged is flagged

    @pytest.mark.parametrize(
        ("rung", "verified", "reason"),
        [
            (OWN, False, StandingReason.OWN_WORD),
            (NEIGHBOUR, False, StandingReason.NEIGHBOURS_WORD),
            (OFFICER, True, StandingReason.OFFICERS_REPORT),
            (SHELTER, True, StandingReason.SHELTER_CHECK_IN),
        ],
    )
    def test_is_verified_by_an_officer_or_a_shelter(
        self, rung: Rung, verified: bool, reason: StandingReason
    ) -> None:
        household = fold([said("evacuated", rung=rung, by="x")], 2)
        assert household == HouseholdStanding(
            Standing.EVACUATED, People(evacuated=2), verified, False, reason, "x"
        )

    def test_no_word_leaves_everybody_unaccounted(self) -> None:
        assert fold([], 3) == HouseholdStanding(
            Standing.UNACCOUNTED,
            People(unaccounted=3),
            verified=False,
            flagged=False,
            reason=StandingReason.NOTHING_SAID,
            settled_by=None,
        )

    @pytest.mark.parametrize("headcount", [0, -1])
    def test_a_household_of_nobody_is_refused(self, headcount: int) -> None:
        with pytest.raises(ValueError, match="1 person or more"):
            fold([], headcount)

    def test_a_household_may_be_one_person(self) -> None:
        assert fold([said("evacuated", count=1)], 1).standing is Standing.EVACUATED

    @pytest.mark.parametrize(
        ("report", "standing", "people"),
        [
            ("evacuated", Standing.PARTLY, People(unaccounted=3, evacuated=2)),
            ("elsewhere", Standing.PARTLY, People(unaccounted=3, elsewhere=2)),
            ("staying", Standing.STAYING, People(staying=5)),
            ("needs_help", Standing.NEEDS_HELP, People(needs_help=5)),
        ],
    )
    def test_of_named_persons_is_taken_as_a_count_of_who_is_safe(
        self, report: str, standing: Standing, people: People
    ) -> None:
        household = fold([replace(said(report), persons=frozenset({0, 3}))], 5)
        assert (household.standing, household.people) == (standing, people)


class TestConflict:
    def test_a_later_answer_corrects_an_earlier_one_of_the_same_phone(self) -> None:
        household = fold([said("staying"), said("evacuated", 1)], 4)
        assert (household.standing, household.reason) == (
            Standing.EVACUATED,
            StandingReason.OWN_WORD,
        )

    def test_of_two_phones_the_worse_is_believed(self) -> None:
        household = fold([said("staying", 0, by="a"), said("evacuated", 1, by="b")], 4)
        assert (household.standing, household.reason) == (Standing.STAYING, StandingReason.CONFLICT)

    def test_a_word_that_they_stay_is_worse_than_one_that_some_are_out(self) -> None:
        words = [said("staying", 0, by="a"), said("evacuated", 1, by="b", count=3)]
        assert fold(words, 4).people == People(staying=4)

    def test_of_two_partial_counts_the_smaller_is_believed(self) -> None:
        household = fold(
            [said("evacuated", count=2, by="a"), said("evacuated", count=3, by="b")], 4
        )
        assert (household.people, household.settled_by) == (
            People(unaccounted=2, evacuated=2),
            "a",
        )

    @pytest.mark.parametrize(("fewer", "more"), [("evacuated", "elsewhere"), ("elsewhere",) * 2])
    def test_of_two_partial_counts_the_smaller_is_believed_wherever_they_are(
        self, fewer: str, more: str
    ) -> None:
        household = fold([said(fewer, count=2, by="a"), said(more, count=3, by="b")], 4)
        assert household.settled_by == "a"

    def test_of_equal_counts_those_elsewhere_are_the_worse(self) -> None:
        household = fold(
            [said("evacuated", count=2, by="a"), said("elsewhere", count=2, by="b")], 4
        )
        assert (household.people.elsewhere, household.reason) == (2, StandingReason.CONFLICT)

    def test_of_two_words_at_one_moment_the_worse_counts(self) -> None:
        assert fold([said("evacuated"), said("staying")], 4).standing is Standing.STAYING

    @pytest.mark.parametrize("rung", [OFFICER, SHELTER])
    def test_of_several_officers_the_latest_counts(self, rung: Rung) -> None:
        household = fold([said("staying", 0, rung, by="a"), said("evacuated", 1, rung, by="b")], 4)
        assert (household.standing, household.settled_by) == (Standing.EVACUATED, "b")

    @pytest.mark.parametrize(
        ("higher", "lower"), [(NEIGHBOUR, OWN), (OFFICER, NEIGHBOUR), (SHELTER, OFFICER)]
    )
    def test_a_higher_rung_settles_what_was_said_before(self, higher: Rung, lower: Rung) -> None:
        household = fold([said("staying", 0, lower), said("evacuated", 1, higher)], 4)
        assert (household.standing, household.settled_by) == (
            Standing.EVACUATED,
            higher.name.lower(),
        )
        assert household.reason is not StandingReason.CONFLICT

    @pytest.mark.parametrize("minute", [1, 2], ids=["at once", "later"])
    def test_a_lower_rung_makes_worse_what_was_not_settled_since(self, minute: int) -> None:
        household = fold(
            [said("evacuated", 1, OFFICER), said("evacuated", minute, OWN, count=3)], 4
        )
        assert household == HouseholdStanding(
            Standing.PARTLY,
            People(unaccounted=1, evacuated=3),
            verified=False,
            flagged=False,
            reason=StandingReason.CONFLICT,
            settled_by="own",
        )

    def test_a_lower_rung_never_makes_better(self) -> None:
        household = fold([said("evacuated", 1, OFFICER, count=3), said("evacuated", 2)], 4)
        assert (household.people.evacuated, household.verified) == (3, True)
        assert household.reason is StandingReason.CONFLICT

    def test_a_lower_rung_that_agrees_leaves_it_verified(self) -> None:
        household = fold([said("evacuated", 1, OFFICER), said("evacuated", 2)], 4)
        assert (household.verified, household.reason) == (True, StandingReason.OFFICERS_REPORT)

    def test_an_officer_settles_a_neighbour_even_where_a_shelter_spoke_before(self) -> None:
        household = fold(
            [
                said("evacuated", 1, SHELTER),
                said("staying", 2, NEIGHBOUR),
                said("evacuated", 3, OFFICER),
            ],
            4,
        )
        assert household.standing is Standing.EVACUATED

    def test_a_flag_stays_until_somebody_higher_settles_it(self) -> None:
        history = [said("evacuated", 1, OFFICER), said("evacuated", 2, count=6)]
        assert fold(history, 5).flagged
        assert not fold([*history, said("evacuated", 3, SHELTER)], 5).flagged

    def test_of_one_phones_words_at_one_moment_the_flagged_one_counts_in_any_order(self) -> None:
        history = [said("evacuated", count=6), said("evacuated", count=5)]
        assert fold(history, 5).flagged
        assert fold(history[::-1], 5).flagged

    def test_equal_words_of_one_moment_are_settled_by_the_same_phone_in_any_order(self) -> None:
        for rung in Rung:
            history = [said("evacuated", 0, rung, by="a"), said("evacuated", 0, rung, by="b")]
            assert fold(history, 5).settled_by == fold(history[::-1], 5).settled_by == "b"


class TestHelp:
    @pytest.mark.parametrize("rung", Rung)
    def test_is_open_whoever_called(self, rung: Rung) -> None:
        household = fold([said("needs_help", 1, rung, by="x")], 3)
        assert (household.reason, household.settled_by) == (StandingReason.HELP_OPEN, "x")
        assert household.verified is (rung >= OFFICER)

    @pytest.mark.parametrize("rung", [OWN, NEIGHBOUR])
    def test_is_not_closed_by_the_household_or_a_neighbour(self, rung: Rung) -> None:
        assert fold([said("needs_help"), said("evacuated", 9, rung)], 3).standing is (
            Standing.NEEDS_HELP
        )

    @pytest.mark.parametrize("rung", [OFFICER, SHELTER])
    @pytest.mark.parametrize(
        ("minute", "standing"),
        [(0, Standing.NEEDS_HELP), (1, Standing.NEEDS_HELP), (2, Standing.EVACUATED)],
        ids=["before", "at once", "later"],
    )
    def test_is_closed_by_a_later_report_of_an_officer(
        self, rung: Rung, minute: int, standing: Standing
    ) -> None:
        history = [said("needs_help", 1), said("evacuated", minute, rung)]
        assert fold(history, 3).standing is standing

    @pytest.mark.parametrize("report", SILENT)
    def test_is_not_closed_by_an_officer_who_saw_nobody(self, report: Report) -> None:
        assert fold([said("needs_help"), said(report, 9, OFFICER)], 3).standing is (
            Standing.NEEDS_HELP
        )

    def test_opens_again_when_called_again(self) -> None:
        history = [said("needs_help"), said("evacuated", 1, OFFICER), said("needs_help", 2)]
        assert fold(history, 3).standing is Standing.NEEDS_HELP

    def test_that_was_closed_no_longer_makes_anything_worse(self) -> None:
        history = [
            said("evacuated", 0, SHELTER),
            said("needs_help", 1),
            said("evacuated", 2, OFFICER),
        ]
        assert fold(history, 3).standing is Standing.EVACUATED

    def test_rests_on_the_highest_who_called(self) -> None:
        household = fold([said("needs_help", 1, OFFICER), said("needs_help", 2)], 3)
        assert (household.settled_by, household.verified) == ("officer", True)

    def test_called_by_several_rests_on_the_highest_also_where_another_called_later(self) -> None:
        household = fold([said("needs_help", 1, SHELTER), said("needs_help", 2, OFFICER)], 3)
        assert household.settled_by == "shelter"

    def test_may_be_closed_by_another_shelter_or_officer_whatever_the_rung_that_called(
        self,
    ) -> None:
        history = [said("needs_help", 1, SHELTER), said("evacuated", 2, OFFICER)]
        assert fold(history, 3).standing is Standing.EVACUATED


class TestStaying:
    def test_is_without_an_officer_while_none_spoke_to_them(self) -> None:
        assert fold([said("staying")], 3).settled_by is None

    def test_names_the_officer_who_spoke_to_them(self) -> None:
        assert fold([said("staying", 0, OFFICER, by="o")], 3).settled_by == "o"

    def test_names_the_officer_also_where_the_household_says_later_that_fewer_left(self) -> None:
        history = [said("staying", 0, OFFICER, by="o", count=2), said("staying", 1, by="p")]
        household = fold(history, 3)
        assert (household.settled_by, household.people.staying) == ("o", 3)
        assert not household.verified

    def test_names_the_highest_who_spoke_to_them(self) -> None:
        history = [said("staying", 0, SHELTER), said("staying", 1, OFFICER)]
        assert fold(history, 3).settled_by == fold(history[::-1], 3).settled_by == "shelter"

    def test_does_not_name_an_officer_who_saw_them_leave(self) -> None:
        history = [said("evacuated", 0, OFFICER), said("staying", 1)]
        assert fold(history, 3).settled_by is None


class TestAlways:
    @given(
        st.lists(statements | roll_calls, max_size=7).flatmap(
            lambda h: st.tuples(st.just(h), st.permutations(h))
        ),
        headcounts,
    )
    def test_the_order_of_arrival_is_irrelevant(
        self, orders: tuple[list[Evidence], list[Evidence]], headcount: int
    ) -> None:
        history, arrived = orders
        renumbered = [replace(item, id=n) for n, item in enumerate(arrived)]
        assert fold(renumbered, headcount) == fold(history, headcount)

    @given(st.lists(statements | roll_calls, max_size=7), headcounts)
    def test_what_comes_twice_counts_once(self, history: list[Evidence], headcount: int) -> None:
        assert fold(history * 2, headcount) == fold(history, headcount)

    @given(st.lists(statements | roll_calls, max_size=7), headcounts)
    def test_every_person_is_in_exactly_one_place(
        self, history: list[Evidence], headcount: int
    ) -> None:
        people = astuple(fold(history, headcount).people)
        assert sum(people) == headcount
        assert min(people) >= 0

    @given(histories, statements, headcounts)
    def test_receipts_and_empty_doors_change_nothing(
        self, history: list[Evidence], extra: Evidence, headcount: int
    ) -> None:
        for report in SILENT:
            silent = replace(extra, report=report)
            assert fold([*history, silent], headcount) == fold(history, headcount)

    @given(histories, headcounts)
    def test_nobody_is_out_unless_somebody_said_so_of_all(
        self, history: list[Evidence], headcount: int
    ) -> None:
        if fold(history, headcount).standing is Standing.EVACUATED:
            assert any(
                item.report is Report.EVACUATED and (item.count is None or item.count >= headcount)
                for item in history
            )

    @given(histories, st.lists(statements), headcounts)
    def test_an_open_call_is_closed_by_nobody_below_an_officer(
        self, history: list[Evidence], more: list[Evidence], headcount: int
    ) -> None:
        called = [*history, said("needs_help", 5)]
        lower = [item for item in more if item.rung < OFFICER]
        assert fold(called, headcount).standing is Standing.NEEDS_HELP
        assert fold(called + lower, headcount).standing is Standing.NEEDS_HELP

    @given(histories, headcounts)
    def test_a_call_is_open_unless_an_officer_reported_since(
        self, history: list[Evidence], headcount: int
    ) -> None:
        calls = [item for item in history if item.report is Report.NEEDS_HELP]
        for call in calls:
            if not any(
                item.rung >= OFFICER
                and item.given_at > call.given_at
                and item.report not in (*SILENT, Report.NEEDS_HELP)
                for item in history
            ):
                assert fold(history, headcount).standing is Standing.NEEDS_HELP

    @given(histories, answers, headcounts)
    def test_lower_words_never_better_what_officers_reported(
        self, history: list[Evidence], extra: Evidence, headcount: int
    ) -> None:
        known = [*history, replace(extra, rung=OFFICER)]
        officers = [item for item in known if item.rung >= OFFICER]
        assert badness(fold(known, headcount)) >= badness(fold(officers, headcount))

    @given(histories, answers, headcounts)
    def test_the_last_own_word_is_the_best_that_can_be_believed(
        self, history: list[Evidence], extra: Evidence, headcount: int
    ) -> None:
        last = replace(extra, rung=OWN, given_at=DAWN + timedelta(hours=1))
        alone = badness(fold([last], headcount))
        before, after = fold(history, headcount), fold([*history, last], headcount)
        assert badness(after) >= alone
        if alone > badness(before):
            assert badness(after) == alone


def test_in_a_list_by_danger_the_vulnerable_come_first_within_a_standing() -> None:
    households = [(standing, who) for standing in Standing for who in ("", "elderly")]
    assert sorted(households, key=lambda one: danger_of(*one)) == [
        (Standing(standing), who)
        for standing in (
            *("needs_help", "unaccounted", "partly"),
            *("staying", "elsewhere", "evacuated"),
        )
        for who in ("elderly", "")
    ]
