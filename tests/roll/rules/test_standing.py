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
    def test_one_piece_of_evidence_gives_the_standing(
        self, report: str, count: int | None, standing: Standing, people: People
    ) -> None:
        household = fold([said(report, count=count)], 5)
        assert (household.standing, household.people) == (standing, people)

    @pytest.mark.parametrize("count", [5, 6])
    def test_staying_report_that_all_left_counts_all_as_staying(self, count: int) -> None:
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
    def test_standing_is_verified_by_an_officer_or_a_shelter(
        self, rung: Rung, verified: bool, reason: StandingReason
    ) -> None:
        household = fold([said("evacuated", rung=rung, by="x")], 2)
        assert household == HouseholdStanding(
            Standing.EVACUATED, People(evacuated=2), verified, False, reason, "x"
        )

    def test_without_evidence_everybody_is_unaccounted(self) -> None:
        assert fold([], 3) == HouseholdStanding(
            Standing.UNACCOUNTED,
            People(unaccounted=3),
            verified=False,
            flagged=False,
            reason=StandingReason.NOTHING_SAID,
            settled_by=None,
        )

    @pytest.mark.parametrize("headcount", [0, -1])
    def test_headcount_below_1_is_refused(self, headcount: int) -> None:
        with pytest.raises(ValueError, match="1 person or more"):
            fold([], headcount)

    def test_household_may_be_one_person(self) -> None:
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
    def test_number_of_named_persons_is_the_number_of_safe_people(
        self, report: str, standing: Standing, people: People
    ) -> None:
        household = fold([replace(said(report), persons=frozenset({0, 3}))], 5)
        assert (household.standing, household.people) == (standing, people)


class TestConflict:
    def test_later_answer_from_the_same_phone_corrects_the_earlier(self) -> None:
        household = fold([said("staying"), said("evacuated", 1)], 4)
        assert (household.standing, household.reason) == (
            Standing.EVACUATED,
            StandingReason.OWN_WORD,
        )

    def test_worse_answer_of_two_phones_is_believed(self) -> None:
        household = fold([said("staying", 0, by="a"), said("evacuated", 1, by="b")], 4)
        assert (household.standing, household.reason) == (Standing.STAYING, StandingReason.CONFLICT)

    def test_staying_outranks_a_report_that_some_are_out(self) -> None:
        words = [said("staying", 0, by="a"), said("evacuated", 1, by="b", count=3)]
        assert fold(words, 4).people == People(staying=4)

    def test_smaller_of_two_partial_counts_is_believed(self) -> None:
        household = fold(
            [said("evacuated", count=2, by="a"), said("evacuated", count=3, by="b")], 4
        )
        assert (household.people, household.settled_by) == (
            People(unaccounted=2, evacuated=2),
            "a",
        )

    @pytest.mark.parametrize(("fewer", "more"), [("evacuated", "elsewhere"), ("elsewhere",) * 2])
    def test_smaller_of_two_partial_counts_is_believed_out_or_away(
        self, fewer: str, more: str
    ) -> None:
        household = fold([said(fewer, count=2, by="a"), said(more, count=3, by="b")], 4)
        assert household.settled_by == "a"

    def test_elsewhere_is_worse_than_evacuated_at_equal_counts(self) -> None:
        household = fold(
            [said("evacuated", count=2, by="a"), said("elsewhere", count=2, by="b")], 4
        )
        assert (household.people.elsewhere, household.reason) == (2, StandingReason.CONFLICT)

    def test_worse_of_two_simultaneous_answers_counts(self) -> None:
        assert fold([said("evacuated"), said("staying")], 4).standing is Standing.STAYING

    @pytest.mark.parametrize("rung", [OFFICER, SHELTER])
    def test_latest_officers_report_counts(self, rung: Rung) -> None:
        household = fold([said("staying", 0, rung, by="a"), said("evacuated", 1, rung, by="b")], 4)
        assert (household.standing, household.settled_by) == (Standing.EVACUATED, "b")

    @pytest.mark.parametrize(
        ("higher", "lower"), [(NEIGHBOUR, OWN), (OFFICER, NEIGHBOUR), (SHELTER, OFFICER)]
    )
    def test_higher_rung_overrules_earlier_evidence(self, higher: Rung, lower: Rung) -> None:
        household = fold([said("staying", 0, lower), said("evacuated", 1, higher)], 4)
        assert (household.standing, household.settled_by) == (
            Standing.EVACUATED,
            higher.name.lower(),
        )
        assert household.reason is not StandingReason.CONFLICT

    @pytest.mark.parametrize("minute", [1, 2], ids=["at once", "later"])
    def test_later_evidence_on_a_lower_rung_can_make_the_standing_worse(self, minute: int) -> None:
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

    def test_later_evidence_on_a_lower_rung_cannot_make_the_standing_better(self) -> None:
        household = fold([said("evacuated", 1, OFFICER, count=3), said("evacuated", 2)], 4)
        assert (household.people.evacuated, household.verified) == (3, True)
        assert household.reason is StandingReason.CONFLICT

    def test_agreeing_evidence_on_a_lower_rung_leaves_the_standing_verified(self) -> None:
        household = fold([said("evacuated", 1, OFFICER), said("evacuated", 2)], 4)
        assert (household.verified, household.reason) == (True, StandingReason.OFFICERS_REPORT)

    def test_officer_overrules_a_neighbour_after_a_shelters_report(self) -> None:
        household = fold(
            [
                said("evacuated", 1, SHELTER),
                said("staying", 2, NEIGHBOUR),
                said("evacuated", 3, OFFICER),
            ],
            4,
        )
        assert household.standing is Standing.EVACUATED

    def test_flag_stays_until_a_higher_rung_overrules_it(self) -> None:
        history = [said("evacuated", 1, OFFICER), said("evacuated", 2, count=6)]
        assert fold(history, 5).flagged
        assert not fold([*history, said("evacuated", 3, SHELTER)], 5).flagged

    def test_flagged_answer_wins_among_simultaneous_ones_in_any_order(self) -> None:
        history = [said("evacuated", count=6), said("evacuated", count=5)]
        assert fold(history, 5).flagged
        assert fold(history[::-1], 5).flagged

    def test_deciding_phone_of_simultaneous_equal_answers_is_the_same_in_any_order(self) -> None:
        for rung in Rung:
            history = [said("evacuated", 0, rung, by="a"), said("evacuated", 0, rung, by="b")]
            assert fold(history, 5).settled_by == fold(history[::-1], 5).settled_by == "b"


class TestHelp:
    @pytest.mark.parametrize("rung", Rung)
    def test_call_for_help_is_open_whoever_called(self, rung: Rung) -> None:
        household = fold([said("needs_help", 1, rung, by="x")], 3)
        assert (household.reason, household.settled_by) == (StandingReason.HELP_OPEN, "x")
        assert household.verified is (rung >= OFFICER)

    @pytest.mark.parametrize("rung", [OWN, NEIGHBOUR])
    def test_call_is_not_closed_by_the_household_or_a_neighbour(self, rung: Rung) -> None:
        assert fold([said("needs_help"), said("evacuated", 9, rung)], 3).standing is (
            Standing.NEEDS_HELP
        )

    @pytest.mark.parametrize("rung", [OFFICER, SHELTER])
    @pytest.mark.parametrize(
        ("minute", "standing"),
        [(0, Standing.NEEDS_HELP), (1, Standing.NEEDS_HELP), (2, Standing.EVACUATED)],
        ids=["before", "at once", "later"],
    )
    def test_call_is_closed_by_a_later_report_from_an_officer(
        self, rung: Rung, minute: int, standing: Standing
    ) -> None:
        history = [said("needs_help", 1), said("evacuated", minute, rung)]
        assert fold(history, 3).standing is standing

    @pytest.mark.parametrize("report", SILENT)
    def test_call_is_not_closed_by_an_officer_who_saw_nobody(self, report: Report) -> None:
        assert fold([said("needs_help"), said(report, 9, OFFICER)], 3).standing is (
            Standing.NEEDS_HELP
        )

    def test_second_call_for_help_reopens_the_case(self) -> None:
        history = [said("needs_help"), said("evacuated", 1, OFFICER), said("needs_help", 2)]
        assert fold(history, 3).standing is Standing.NEEDS_HELP

    def test_closed_call_no_longer_makes_the_standing_worse(self) -> None:
        history = [
            said("evacuated", 0, SHELTER),
            said("needs_help", 1),
            said("evacuated", 2, OFFICER),
        ]
        assert fold(history, 3).standing is Standing.EVACUATED

    def test_caller_on_the_highest_rung_decides(self) -> None:
        household = fold([said("needs_help", 1, OFFICER), said("needs_help", 2)], 3)
        assert (household.settled_by, household.verified) == ("officer", True)

    def test_caller_on_the_highest_rung_decides_even_if_another_called_later(self) -> None:
        household = fold([said("needs_help", 1, SHELTER), said("needs_help", 2, OFFICER)], 3)
        assert household.settled_by == "shelter"

    def test_officer_may_close_a_call_from_a_shelter(
        self,
    ) -> None:
        history = [said("needs_help", 1, SHELTER), said("evacuated", 2, OFFICER)]
        assert fold(history, 3).standing is Standing.EVACUATED


class TestStaying:
    def test_staying_names_no_officer_before_one_spoke_to_the_people(self) -> None:
        assert fold([said("staying")], 3).settled_by is None

    def test_staying_names_the_officer_who_spoke_to_them(self) -> None:
        assert fold([said("staying", 0, OFFICER, by="o")], 3).settled_by == "o"

    def test_staying_keeps_the_officer_after_a_worse_report_of_the_household(self) -> None:
        history = [said("staying", 0, OFFICER, by="o", count=2), said("staying", 1, by="p")]
        household = fold(history, 3)
        assert (household.settled_by, household.people.staying) == ("o", 3)
        assert not household.verified

    def test_staying_names_the_highest_rung_that_spoke_to_them(self) -> None:
        history = [said("staying", 0, SHELTER), said("staying", 1, OFFICER)]
        assert fold(history, 3).settled_by == fold(history[::-1], 3).settled_by == "shelter"

    def test_staying_names_no_officer_if_an_officer_reported_them_evacuated(self) -> None:
        history = [said("evacuated", 0, OFFICER), said("staying", 1)]
        assert fold(history, 3).settled_by is None


class TestAlways:
    @given(
        st.lists(statements | roll_calls, max_size=7).flatmap(
            lambda h: st.tuples(st.just(h), st.permutations(h))
        ),
        headcounts,
    )
    def test_order_of_arrival_is_irrelevant(
        self, orders: tuple[list[Evidence], list[Evidence]], headcount: int
    ) -> None:
        history, arrived = orders
        renumbered = [replace(item, id=n) for n, item in enumerate(arrived)]
        assert fold(renumbered, headcount) == fold(history, headcount)

    @given(st.lists(statements | roll_calls, max_size=7), headcounts)
    def test_repeated_evidence_counts_once(self, history: list[Evidence], headcount: int) -> None:
        assert fold(history * 2, headcount) == fold(history, headcount)

    @given(st.lists(statements | roll_calls, max_size=7), headcounts)
    def test_every_person_has_exactly_one_standing(
        self, history: list[Evidence], headcount: int
    ) -> None:
        people = astuple(fold(history, headcount).people)
        assert sum(people) == headcount
        assert min(people) >= 0

    @given(histories, statements, headcounts)
    def test_received_and_not_home_change_nothing(
        self, history: list[Evidence], extra: Evidence, headcount: int
    ) -> None:
        for report in SILENT:
            silent = replace(extra, report=report)
            assert fold([*history, silent], headcount) == fold(history, headcount)

    @given(histories, headcounts)
    def test_evacuated_needs_a_report_on_the_whole_household(
        self, history: list[Evidence], headcount: int
    ) -> None:
        if fold(history, headcount).standing is Standing.EVACUATED:
            assert any(
                item.report is Report.EVACUATED and (item.count is None or item.count >= headcount)
                for item in history
            )

    @given(histories, st.lists(statements), headcounts)
    def test_no_rung_below_an_officer_closes_a_call(
        self, history: list[Evidence], more: list[Evidence], headcount: int
    ) -> None:
        called = [*history, said("needs_help", 5)]
        lower = [item for item in more if item.rung < OFFICER]
        assert fold(called, headcount).standing is Standing.NEEDS_HELP
        assert fold(called + lower, headcount).standing is Standing.NEEDS_HELP

    @given(histories, headcounts)
    def test_call_is_open_unless_an_officer_reported_since(
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
    def test_evidence_below_officers_never_improves_their_reports(
        self, history: list[Evidence], extra: Evidence, headcount: int
    ) -> None:
        known = [*history, replace(extra, rung=OFFICER)]
        officers = [item for item in known if item.rung >= OFFICER]
        assert badness(fold(known, headcount)) >= badness(fold(officers, headcount))

    @given(histories, answers, headcounts)
    def test_standing_is_never_better_than_the_households_last_word(
        self, history: list[Evidence], extra: Evidence, headcount: int
    ) -> None:
        last = replace(extra, rung=OWN, given_at=DAWN + timedelta(hours=1))
        alone = badness(fold([last], headcount))
        before, after = fold(history, headcount), fold([*history, last], headcount)
        assert badness(after) >= alone
        if alone > badness(before):
            assert badness(after) == alone


def test_vulnerable_come_first_within_a_standing() -> None:
    households = [(standing, who) for standing in Standing for who in ("", "elderly")]
    assert sorted(households, key=lambda one: danger_of(*one)) == [
        (Standing(standing), who)
        for standing in (
            *("needs_help", "unaccounted", "partly"),
            *("staying", "elsewhere", "evacuated"),
        )
        for who in ("elderly", "")
    ]
