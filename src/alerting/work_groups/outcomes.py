"""The outcome of an attempt to post to a work group: accepted, refused, or unknown."""

from alerting.deliveries.claims import Claimed
from alerting.deliveries.outcomes import Outcome
from alerting.deliveries.rules.delivery import DeliveryState, OutcomeKind
from alerting.runtime import Runtime, wall_clock
from alerting.work_groups.poster import Posted, Verdict
from alerting.work_groups.rules import next_try


def after_post(runtime: Runtime, claimed: Claimed, posted: Posted) -> Outcome:
    """Return the outcome of an attempt, given the verdict of the chat service.

    An attempt without an answer is looked at again after the time `provider.doubt` of the policy.
    """
    now, wall = runtime.clock.now(), wall_clock()
    if posted.verdict is Verdict.TAKEN:
        return Outcome(claimed, OutcomeKind.ACCEPTED, DeliveryState.ACCEPTED, wall, now)
    if posted.verdict is Verdict.UNANSWERED:
        until = wall + runtime.policy.provider.doubt
        state = DeliveryState.UNKNOWN
        return Outcome(claimed, OutcomeKind.UNKNOWN, state, wall, now, lease_until=until)
    due_at = None
    if posted.verdict is Verdict.REFUSED:
        due_at = next_try(claimed.attempt, now, claimed.expires_at)
    return Outcome(
        claimed,
        OutcomeKind.REFUSED,
        DeliveryState.QUEUED if due_at else DeliveryState.REFUSED,
        wall,
        now,
        error_code=posted.code,
        due_at=due_at,
    )


def after_silence(runtime: Runtime, claimed: Claimed) -> Outcome:
    """Return the outcome of a post that was never answered: it is repeated once.

    Chat services cannot be asked whether they have a post. After a second silence, the outcome
    stays unknown.
    """
    now = runtime.clock.now()
    repeats = not claimed.doubts and now < claimed.expires_at
    return Outcome(
        claimed,
        OutcomeKind.UNKNOWN,
        DeliveryState.QUEUED if repeats else DeliveryState.UNKNOWN,
        wall_clock(),
        now,
        due_at=now if repeats else None,
    )
