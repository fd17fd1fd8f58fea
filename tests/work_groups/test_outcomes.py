"""A refused post is retried with a back-off, and an unanswered one is repeated once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from alerting.deliveries.claims import Claimed
from alerting.deliveries.rules.delivery import DeliveryState, OutcomeKind
from alerting.runtime import wall_clock
from alerting.work_groups.claims import GROUPS
from alerting.work_groups.outcomes import after_post, after_silence
from alerting.work_groups.poster import Posted, Verdict
from tests.support.running import Workplace

REFUSED = Posted(Verdict.REFUSED, 503)


def claim(expires: datetime, attempt: int = 1, doubts: int = 0) -> Claimed:
    wall = wall_clock()
    leased = wall + timedelta(seconds=30)
    return Claimed(
        *(1, 1, "511921/1", "words", 1, expires, attempt, GROUPS, "token", wall, leased, doubts)
    )


@pytest.fixture
def begun(work: Workplace) -> Claimed:
    return claim(work.runtime.clock.now() + timedelta(hours=1))


async def test_accepted_post_is_accepted_not_delivered(work: Workplace, begun: Claimed) -> None:
    outcome = after_post(work.runtime, begun, Posted(Verdict.TAKEN))
    assert (outcome.kind, outcome.next_state) == (OutcomeKind.ACCEPTED, DeliveryState.ACCEPTED)


async def test_refused_post_waits_for_its_next_attempt(work: Workplace, begun: Claimed) -> None:
    first = after_post(work.runtime, begun, REFUSED)
    fourth = after_post(work.runtime, replace(begun, attempt=4), REFUSED)
    assert first.due_at
    assert fourth.due_at
    assert (first.next_state, first.error_code) == (DeliveryState.QUEUED, 503)
    assert first.due_at - first.now == timedelta(seconds=1)
    assert fourth.due_at - fourth.now == timedelta(seconds=8)


async def test_last_refusal_ends_the_post(work: Workplace, begun: Claimed) -> None:
    outcome = after_post(work.runtime, replace(begun, attempt=12), REFUSED)
    assert (outcome.next_state, outcome.due_at) == (DeliveryState.REFUSED, None)


async def test_invalid_address_ends_the_post_at_once(work: Workplace, begun: Claimed) -> None:
    outcome = after_post(work.runtime, begun, Posted(Verdict.INVALID))
    assert (outcome.next_state, outcome.due_at) == (DeliveryState.REFUSED, None)


async def test_unanswered_post_is_looked_at_again_after_the_time_of_doubt(
    work: Workplace, begun: Claimed
) -> None:
    outcome = after_post(work.runtime, begun, Posted(Verdict.UNANSWERED))
    assert (outcome.kind, outcome.next_state) == (OutcomeKind.UNKNOWN, DeliveryState.UNKNOWN)
    assert outcome.lease_until == outcome.finished_at + work.runtime.policy.provider.doubt


async def test_post_is_repeated_only_after_the_first_silence(
    work: Workplace, begun: Claimed
) -> None:
    first = after_silence(work.runtime, begun)
    second = after_silence(work.runtime, replace(begun, attempt=2, doubts=1))
    assert (first.next_state, first.due_at) == (DeliveryState.QUEUED, first.now)
    assert (second.next_state, second.due_at, second.lease_until) == (
        DeliveryState.UNKNOWN,
        None,
        None,
    )


async def test_post_is_not_repeated_after_the_alert_has_ended(work: Workplace) -> None:
    over = claim(work.runtime.clock.now() - timedelta(seconds=1))
    assert after_silence(work.runtime, over).next_state is DeliveryState.UNKNOWN
