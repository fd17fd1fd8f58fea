"""Approve or decline a waiting area; an approved area is alerted at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from alerting.access.rules import Act, Ruling
from alerting.access.scope import refusal
from alerting.approvals.propose import raise_proposal
from alerting.approvals.rules import (
    ApprovalState,
    Verdict,
    WithdrawalReason,
    may_decide,
    verdict,
)
from alerting.approvals.store import Approval, approval_for, settle, withdraw
from alerting.approvals.widen import widen_as_far_as
from alerting.areas.audience import ResolvedArea
from alerting.areas.reach import Reached
from alerting.cap.lifecycle import AlertState
from alerting.errors import ConflictError, ForbiddenError
from alerting.ledger.alerts import StoredAlert, stored
from alerting.ledger.writer import Transaction
from alerting.runtime import Runtime
from contacts.directory import Officer, households_in

_SETTLED_OTHERWISE: Final = {
    ApprovalState.APPROVED: "was approved by {by}: cancel or update the alert instead",
    ApprovalState.DECLINED: "was declined by {by}: widen the alert instead",
    ApprovalState.LAPSED: "has lapsed: its villages were alerted, or its alert was over; look at "
    "the alert again",
}


@dataclass(frozen=True)
class Decided:
    """An approval after the decision, and the counts of the audience alerted by it."""

    approval: Approval
    reached: Reached | None
    """None if the area was declined, or if the decision repeats an earlier one."""


async def decide(runtime: Runtime, caller: Officer, approval_id: int, *, approve: bool) -> Decided:
    """Approve or decline a waiting area; return after the commit.

    Any officer of a town or above whose division covers the area may decide, even if another tier
    is asked now. A repeated decision has no effect.

    Raises:
        NotFoundError: if the approval is not within the caller's divisions.
        ForbiddenError: if the caller's role or division does not allow the decision.
        ConflictError: if the approval was settled differently, or the alert is not open or has
            expired.
        AlreadyOpenError: if the alert is an exercise or test, and an actual alert is open there.
    """
    now = runtime.clock.now()
    wanted = ApprovalState.APPROVED if approve else ApprovalState.DECLINED

    def unit(transaction: Transaction) -> Decided:
        connection = transaction.connection
        transaction.lock([approval_for(connection, approval_id, caller).alert])
        # Query again: another officer may have decided before the lock was taken.
        approval = approval_for(connection, approval_id, caller)
        _check_caller(caller, approval)
        if _takes_effect(approval, wanted):
            alert = stored(connection, approval.alert)
            _check_open(alert, now)
            settle(transaction, approval, wanted, now, by=caller.id)
            if alert.state is AlertState.PROPOSED:
                done = _decide_proposed(transaction, alert, caller, now, approve=approve)
                return Decided(approval_for(connection, approval_id, caller), done)
            if approve:
                area = ResolvedArea(approval.divisions, households_in(approval.divisions))
                reached = widen_as_far_as(transaction, alert, area, caller, now)
                return Decided(approval_for(connection, approval_id, caller), reached)
        return Decided(approval_for(connection, approval_id, caller), None)

    return await runtime.ledger.write(unit)


def _decide_proposed(
    transaction: Transaction, alert: StoredAlert, caller: Officer, now: datetime, *, approve: bool
) -> Reached | None:
    if approve:
        return raise_proposal(transaction, alert, caller, now)
    withdraw(transaction, alert, WithdrawalReason.DECLINED, now)
    return None


def _check_caller(caller: Officer, approval: Approval) -> None:
    ruling = may_decide(caller.role, caller.division, approval.divisions)
    if ruling is Ruling.NOT_THIS_ROLE:
        raise ForbiddenError(*refusal(caller, Act.WIDEN))
    if ruling is Ruling.NOT_THIS_PLACE:
        raise ForbiddenError(
            f"approval {approval.id} reaches beyond your division: an officer of {approval.asked}, "
            "or of a higher tier, must decide",
            f"审批{approval.id}超出您的范围：须由{approval.asked}或上级决定",
        )


def _takes_effect(approval: Approval, wanted: ApprovalState) -> bool:
    found = verdict(approval.state, wanted)
    if found is Verdict.SETTLED_OTHERWISE:
        why = _SETTLED_OTHERWISE[approval.state].format(by=approval.decided_by)
        raise ConflictError(
            f"approval {approval.id} {why}",
            chinese=f"审批{approval.id}已另有决定或已失效：请重新查看预警",
        )
    return found is Verdict.TAKES_EFFECT


def _check_open(alert: StoredAlert, now: datetime) -> None:
    if not alert.may_extend(now):
        raise ConflictError(
            f"alert {alert.id} is no longer open; raise a new one",
            chinese=f"预警{alert.id}已不再开放：请另发",
        )
