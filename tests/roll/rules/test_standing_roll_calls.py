"""What a missed roll-call does to a household's standing, and what a late answer does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.roll.rules.evidence import Evidence, Report, Rung
from alerting.roll.rules.standing import HouseholdStanding, People, Standing, StandingReason, fold
from tests.support.evidence import OFFICER, SILENT, headcounts, histories, missed, roll_calls, said


@pytest.mark.parametrize("report", ["evacuated", "elsewhere"])
@pytest.mark.parametrize("rung", Rung)
@pytest.mark.parametrize("count", [None, 2])
def test_missed_roll_call_makes_safe_people_unaccounted(
    report: str, rung: Rung, count: int | None
) -> None:
    household = fold([said(report, 1, rung, count), missed(9, since=2)], 3)
    assert household == HouseholdStanding(
        Standing.UNACCOUNTED,
        People(unaccounted=3),
        verified=False,
        flagged=False,
        reason=StandingReason.MISSED_ROLL_CALL,
        settled_by=None,
    )


@pytest.mark.parametrize(
    ("minute", "standing"),
    [(1, Standing.UNACCOUNTED), (2, Standing.EVACUATED), (9, Standing.EVACUATED)],
    ids=["before", "at once", "late"],
)
def test_roll_call_is_answered_by_evidence_since_it_was_called(
    minute: int, standing: Standing
) -> None:
    assert fold([missed(5, since=2), said("evacuated", minute)], 3).standing is standing


def test_late_answer_of_the_household_replaces_an_officers_lapsed_report() -> None:
    history = [said("evacuated", 1, OFFICER), missed(5, since=2), said("evacuated", 6, count=3)]
    assert fold(history, 3) == HouseholdStanding(
        Standing.EVACUATED, People(evacuated=3), False, False, StandingReason.OWN_WORD, "own"
    )


def test_late_answer_accounts_for_its_number_of_people() -> None:
    history = [said("evacuated", 1), missed(5, since=2), said("evacuated", 6, count=2)]
    assert fold(history, 3).people == People(unaccounted=1, evacuated=2)


@pytest.mark.parametrize("report", SILENT)
def test_roll_call_is_not_answered_by_received_or_not_home(report: Report) -> None:
    history = [said("evacuated", 1), missed(5, since=2), said(report, 6)]
    assert fold(history, 3).standing is Standing.UNACCOUNTED


def test_last_of_several_roll_calls_counts() -> None:
    history = [said("evacuated", 3), missed(5, since=2), missed(9, since=4)]
    assert fold(history, 3).standing is Standing.UNACCOUNTED
    assert fold(history[:2], 3).standing is Standing.EVACUATED


def test_roll_call_without_a_start_counts_from_when_it_was_missed() -> None:
    history = [said("evacuated", 4), missed(5)]
    assert fold(history, 3).standing is Standing.UNACCOUNTED
    assert fold([*history, said("evacuated", 5)], 3).standing is Standing.EVACUATED


def test_missed_roll_call_keeps_help_and_staying() -> None:
    for report in (Report.NEEDS_HELP, Report.STAYING):
        before = fold([said(report, 1, OFFICER)], 3)
        assert fold([said(report, 1, OFFICER), missed(9, since=2)], 3) == before


def test_missed_roll_call_keeps_stayers_and_makes_others_unaccounted() -> None:
    household = fold([said("staying", 1, OFFICER, count=2), missed(9, since=2)], 3)
    assert household.people == People(unaccounted=2, staying=1)
    assert (household.standing, household.verified) == (Standing.STAYING, True)


def test_missed_roll_call_does_not_restore_overruled_evidence() -> None:
    corrected = [said("staying", 0), said("evacuated", 1)]
    settled = [said("staying", 0), said("evacuated", 1, OFFICER)]
    answered = [said("needs_help", 0), said("elsewhere", 1, OFFICER)]
    for history in (corrected, settled, answered):
        household = fold([*history, missed(9, since=2)], 3)
        assert household.people == People(unaccounted=3)
        assert household.reason is StandingReason.MISSED_ROLL_CALL


def test_missed_roll_call_keeps_a_refusal_against_the_lapsed_report() -> None:
    history = [said("evacuated", 0, OFFICER), said("staying", 1), missed(9, since=2)]
    assert fold(history, 3).reason is StandingReason.OWN_WORD
    assert fold(history, 3).people == People(staying=3)


def test_evidence_in_force_counts_as_later_than_simultaneous_lapsed_evidence() -> None:
    history = [said("staying", 1, by="a"), said("evacuated", 1, by="a"), missed(9, since=2)]
    assert fold(history, 3) == fold(history[::-1], 3)
    assert fold(history, 3).standing is Standing.STAYING


def test_missed_roll_call_changes_nothing_without_evidence() -> None:
    assert fold([missed(9, since=2)], 3) == fold([], 3)


@given(histories, st.lists(roll_calls, min_size=1, max_size=3), headcounts)
def test_nobody_is_safe_by_evidence_before_a_missed_roll_call(
    history: list[Evidence], calls: list[Evidence], headcount: int
) -> None:
    last = max(call.since for call in calls if call.since)
    people = fold([*history, *calls], headcount).people
    if people.evacuated + people.elsewhere:
        assert any(item.given_at >= last for item in history if item.report not in SILENT)


@given(histories, roll_calls, headcounts)
def test_missed_roll_call_takes_nobody_out_of_danger(
    history: list[Evidence], call: Evidence, headcount: int
) -> None:
    before, after = fold(history, headcount), fold([*history, call], headcount)
    assert after.people.needs_help == before.people.needs_help
    assert after.people.unaccounted + after.people.staying >= before.people.staying


@given(histories, headcounts)
def test_roll_call_before_all_evidence_changes_nothing(
    history: list[Evidence], headcount: int
) -> None:
    assert fold([*history, missed(9, since=0)], headcount) == fold(history, headcount)
