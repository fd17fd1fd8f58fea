"""The reason for follow-up, and the ladder's position when the reason changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerting.policy.escalation import Position, advance, hasten, household_ladder
from alerting.policy.policy import default_policy
from alerting.roll.rules.follow_up import FollowUp, follow, follow_up_reason
from alerting.roll.rules.standing import HouseholdStanding, People, Standing, StandingReason

LADDER = household_ladder(default_policy().household, vulnerable=False)
SINCE = datetime(2022, 8, 29, 5, 0, tzinfo=UTC)
FRESH = advance(LADDER, SINCE, 1)
SENT = advance(LADDER, SINCE, 6)
ENDED = advance(LADDER, SINCE, len(LADDER))
SETTLED = FollowUp.SETTLED
SILENT = FollowUp.SILENT


def at(seconds: float) -> datetime:
    return SINCE + timedelta(seconds=seconds)


def standing(kind: Standing, by: str | None = None, **people: int) -> HouseholdStanding:
    return HouseholdStanding(
        kind,
        People(**people),
        verified=False,
        flagged=False,
        reason=StandingReason.OWN_WORD,
        settled_by=by,
    )


@pytest.mark.parametrize(
    ("stands", "reason"),
    [
        (standing(Standing.UNACCOUNTED, unaccounted=4), SILENT),
        (standing(Standing.PARTLY, unaccounted=1, evacuated=3), SILENT),
        (standing(Standing.NEEDS_HELP, needs_help=4), FollowUp.HELP),
        (standing(Standing.STAYING, staying=4), FollowUp.REFUSES),
        (standing(Standing.STAYING, "grid", staying=4), SETTLED),
        (standing(Standing.STAYING, "grid", staying=3, unaccounted=1), SILENT),
        (standing(Standing.EVACUATED, "+86", evacuated=4), SETTLED),
        (standing(Standing.ELSEWHERE, "+86", elsewhere=4), SETTLED),
    ],
)
def test_follow_up_reason_for_each_standing(stands: HouseholdStanding, reason: FollowUp) -> None:
    assert follow_up_reason(stands) is reason


@pytest.mark.parametrize("before", FollowUp)
def test_settled_household_has_no_next_step(before: FollowUp) -> None:
    after = follow(before, SETTLED, LADDER, SENT, at(500), reachable=True)
    assert after == replace(SENT, next_at=None)


@pytest.mark.parametrize("now_is", [FollowUp.HELP, FollowUp.REFUSES])
@pytest.mark.parametrize("position", [FRESH, advance(LADDER, SINCE, 4)])
def test_danger_sends_an_officer_at_once(now_is: FollowUp, position: Position) -> None:
    assert follow(SILENT, now_is, LADDER, position, at(70), reachable=True) == hasten(
        LADDER, at(70)
    )


@pytest.mark.parametrize("now_is", [FollowUp.HELP, FollowUp.REFUSES, SILENT])
def test_officer_on_the_way_is_not_called_back(now_is: FollowUp) -> None:
    assert follow(SILENT, now_is, LADDER, SENT, at(500), reachable=True) == SENT


def test_call_for_help_from_a_settled_household_sends_an_officer() -> None:
    was = replace(ENDED, next_at=None)
    after = follow(SETTLED, FollowUp.HELP, LADDER, was, at(9999), reachable=True)
    assert after == hasten(LADDER, at(9999))


def test_household_unaccounted_again_resumes_its_ladder() -> None:
    was = replace(FRESH, next_at=None)
    assert follow(SETTLED, SILENT, LADDER, was, at(60), reachable=True) == FRESH
    late = follow(SETTLED, SILENT, LADDER, was, at(480), reachable=True)
    assert late == hasten(LADDER, at(480))


def test_unreachable_household_unaccounted_again_is_visited_at_once() -> None:
    was = replace(FRESH, next_at=None)
    after = follow(SETTLED, SILENT, LADDER, was, at(60), reachable=False)
    assert after == hasten(LADDER, at(60))


def test_continued_silence_changes_nothing() -> None:
    assert follow(SILENT, SILENT, LADDER, FRESH, at(60), reachable=True) == FRESH
