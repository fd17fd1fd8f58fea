"""Approvals in the database: find them, restrict them to a caller, settle them."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, or_, select, update

from alerting.access.rules import Ruling
from alerting.approvals.rules import (
    ApprovalCause,
    ApprovalState,
    LapseReason,
    WithdrawalReason,
    may_decide,
)
from alerting.approvals.tables import approvals
from alerting.cap.lifecycle import Action, AlertState, transition
from alerting.errors import NotFoundError
from alerting.ledger.alerts import StoredAlert, find_alert, set_state
from alerting.ledger.events.alerts import (
    AlertWithdrawn,
    ApprovalApproved,
    ApprovalDeclined,
    ApprovalLapsed,
    ApprovalSettled,
)
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from contacts.directory import Officer

_DECIDED: Final[Mapping[ApprovalState, type[ApprovalSettled]]] = {
    ApprovalState.APPROVED: ApprovalApproved,
    ApprovalState.DECLINED: ApprovalDeclined,
}
"""The event that is logged for each decision of an officer."""


@dataclass(frozen=True)
class Approval:
    """An area that waits, or waited, for an officer's decision."""

    id: int
    alert: int
    cause: ApprovalCause
    divisions: tuple[str, ...]
    asked_by: str
    """Id of the officer who asked for the area, or who raised the alert next to it."""
    asked_at: datetime
    asked: str
    """The division whose officers are asked now."""
    passes_at: datetime | None
    state: ApprovalState
    decided_by: str | None
    decided_at: datetime | None


def find_approval(connection: Connection, approval: int) -> Approval | None:
    """Return the approval with this id, or None."""
    row = connection.execute(select(approvals).where(approvals.c.id == approval)).first()
    return None if row is None else _approval(row)


def approvals_of(connection: Connection, alert: int) -> list[Approval]:
    """Return an alert's approvals, waiting ones first, each group oldest first."""
    return [_approval(row) for row in connection.execute(_OF_ALERT, {"of_alert": alert})]


_OF_ALERT: Final = (
    select(approvals)
    .where(approvals.c.alert == bindparam("of_alert"))
    .order_by((approvals.c.state == ApprovalState.WAITING).desc(), approvals.c.id)
)


def waiting_of(connection: Connection, alert: int) -> tuple[Approval, ...]:
    """Return an alert's approvals that wait for a decision."""
    found = approvals_of(connection, alert)
    return tuple(each for each in found if each.state is ApprovalState.WAITING)


def proposals_of(connection: Connection, alerts: Collection[int]) -> dict[int, Approval]:
    """Return the approvals of proposed alerts, by alert id; omit alerts that officers raised."""
    rows = connection.execute(
        select(approvals)
        .where(approvals.c.alert.in_(alerts), approvals.c.cause == ApprovalCause.PROPOSED_ALERT)
        .order_by(approvals.c.id)
    )
    return {row.alert: _approval(row) for row in rows}


def approvals_for(connection: Connection, alert: int, caller: Officer) -> list[Approval]:
    """Return the approvals of an alert that the caller may see.

    The caller sees all of them if the alert touches their division, else only those that they may
    decide on.

    Raises:
        NotFoundError: if the caller may see none.
    """
    if find_alert(connection, alert, caller.division):
        return approvals_of(connection, alert)
    found = [each for each in approvals_of(connection, alert) if decides(caller, each.divisions)]
    if not found:
        raise NotFoundError(
            f"there is no alert {alert} within your divisions", f"您的范围内没有预警{alert}"
        )
    return found


def approval_for(connection: Connection, approval: int, caller: Officer) -> Approval:
    """Return an approval, if the caller may decide on it or the alert touches their division.

    Raises:
        NotFoundError: if there is no such approval for the caller.
    """
    found = find_approval(connection, approval)
    if found and (
        decides(caller, found.divisions) or find_alert(connection, found.alert, caller.division)
    ):
        return found
    raise NotFoundError(
        f"there is no approval {approval} within your divisions", f"您的范围内没有审批{approval}"
    )


def due_approvals(connection: Connection, now: datetime, limit: int) -> list[tuple[int, int]]:
    """Return up to `limit` (alert, approval) ids of approvals to pass on or to let lapse now."""
    found = (
        select(approvals.c.alert, approvals.c.id)
        .join(alerts, alerts.c.id == approvals.c.alert)
        .where(
            approvals.c.state == ApprovalState.WAITING,
            or_(
                approvals.c.passes_at <= now,
                alerts.c.state.not_in([AlertState.OPEN, AlertState.PROPOSED]),
                alerts.c.expires <= now,
            ),
        )
        .order_by(approvals.c.id)
        .limit(limit)
    )
    return [(alert, approval) for alert, approval in connection.execute(found)]


def settle(
    transaction: Transaction,
    approval: Approval,
    state: ApprovalState,
    now: datetime,
    *,
    by: str | None = None,
    reason: LapseReason | None = None,
) -> None:
    """Settle a waiting approval, as decided by an officer or as lapsed for a reason."""
    transaction.connection.execute(
        update(approvals)
        .where(approvals.c.id == approval.id)
        .values(state=state, decided_by=by, decided_at=now, passes_at=None)
    )
    transaction.append(approval.alert, _settled(approval, state, reason), now, subject=by or "")


def withdraw(
    transaction: Transaction, alert: StoredAlert, reason: WithdrawalReason, now: datetime
) -> None:
    """End a proposed alert, which has alerted nobody.

    Raises:
        IllegalTransitionError: if the alert is not in the state `PROPOSED`.
    """
    set_state(transaction.connection, alert.id, transition(alert.state, Action.WITHDRAW), now)
    transaction.append(alert.id, AlertWithdrawn(reason=reason), now)
    for each in waiting_of(transaction.connection, alert.id):
        settle(transaction, each, ApprovalState.LAPSED, now, reason=LapseReason.WITHDRAWN)


def _settled(
    approval: Approval, state: ApprovalState, reason: LapseReason | None
) -> ApprovalSettled:
    divisions = approval.divisions
    if reason:
        return ApprovalLapsed(approval=approval.id, divisions=divisions, reason=reason)
    return _DECIDED[state](approval=approval.id, divisions=divisions)


def _approval(row: Any) -> Approval:
    return Approval(
        id=row.id,
        alert=row.alert,
        cause=ApprovalCause(row.cause),
        divisions=tuple(json.loads(row.divisions)),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        asked=row.asked,
        passes_at=row.passes_at,
        state=ApprovalState(row.state),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


def decides(officer: Officer, divisions: Sequence[str]) -> bool:
    """Return whether an officer may decide on an area."""
    return may_decide(officer.role, officer.division, divisions) is Ruling.ALLOWED
