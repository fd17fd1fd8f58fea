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
def test_somebody_is_after_whoever_is_not_settled(
    stands: HouseholdStanding, reason: FollowUp
) -> None:
    assert follow_up_reason(stands) is reason


@pytest.mark.parametrize("before", FollowUp)
def test_nothing_more_comes_for_who_is_settled(before: FollowUp) -> None:
    after = follow(before, SETTLED, LADDER, SENT, at(500), reachable=True)
    assert after == replace(SENT, next_at=None)


@pytest.mark.parametrize("now_is", [FollowUp.HELP, FollowUp.REFUSES])
@pytest.mark.parametrize("position", [FRESH, advance(LADDER, SINCE, 4)])
def test_danger_sends_somebody_at_once(now_is: FollowUp, position: Position) -> None:
    assert follow(SILENT, now_is, LADDER, position, at(70), reachable=True) == hasten(
        LADDER, at(70)
    )


@pytest.mark.parametrize("now_is", [FollowUp.HELP, FollowUp.REFUSES, SILENT])
def test_whoever_is_on_the_way_stays_so(now_is: FollowUp) -> None:
    assert follow(SILENT, now_is, LADDER, SENT, at(500), reachable=True) == SENT


def test_who_was_settled_and_calls_for_help_has_somebody_sent_anew() -> None:
    was = replace(ENDED, next_at=None)
    after = follow(SETTLED, FollowUp.HELP, LADDER, was, at(9999), reachable=True)
    assert after == hasten(LADDER, at(9999))


def test_who_is_unaccounted_again_is_followed_as_if_never_settled() -> None:
    was = replace(FRESH, next_at=None)
    assert follow(SETTLED, SILENT, LADDER, was, at(60), reachable=True) == FRESH
    late = follow(SETTLED, SILENT, LADDER, was, at(480), reachable=True)
    assert late == hasten(LADDER, at(480))


def test_whom_nothing_reaches_is_visited_at_once_when_unaccounted_again() -> None:
    was = replace(FRESH, next_at=None)
    after = follow(SETTLED, SILENT, LADDER, was, at(60), reachable=False)
    assert after == hasten(LADDER, at(60))


def test_silence_that_goes_on_changes_nothing() -> None:
    assert follow(SILENT, SILENT, LADDER, FRESH, at(60), reachable=True) == FRESH
