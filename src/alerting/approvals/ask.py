"""Ask officers to approve an area; pass the request to the next tier when nobody decides."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from alerting.approvals.rules import (
    ApprovalCause,
    ApprovalState,
    LapseReason,
    WithdrawalReason,
    asked_about,
)
from alerting.approvals.store import (
    Approval,
    decides,
    due_approvals,
    find_approval,
    settle,
    withdraw,
)
from alerting.approvals.tables import approvals
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.outbox import Plan
from alerting.deliveries.places import short_names
from alerting.deliveries.plan import notify_in_parts
from alerting.errors import InvalidError
from alerting.ledger.alerts import StoredAlert, stored
from alerting.ledger.events.alerts import ApprovalAsked, ApprovalPassedOn
from alerting.ledger.writer import Transaction
from alerting.messages.info import info_in
from alerting.messages.parts import Limit, Rest, in_parts, joined
from alerting.messages.text import ComposedText, TextFacts, TextKind
from alerting.roll.tables import roll
from contacts.directory import Officer, households_in
from contacts.duty.officers import nearest_on_duty
from contacts.tables import HOUSEHOLDS

_AT_ONCE: Final = 200


def pass_approvals_on(transaction: Transaction, now: datetime) -> int:
    """Pass a batch of overdue approvals to the next tier; return how many changed.

    An approval lapses if its alert has expired or is no longer open.
    """
    found = due_approvals(transaction.connection, now, _AT_ONCE)
    transaction.lock(sorted({alert for alert, _ in found}))
    # Query again: an officer may have decided before the lock was taken.
    waiting = [find_approval(transaction.connection, approval) for _, approval in found]
    still = [each for each in waiting if each and each.state is ApprovalState.WAITING]
    for approval in still:
        _move(transaction, approval, now)
    return len(still)


def _move(transaction: Transaction, approval: Approval, now: datetime) -> None:
    alert = stored(transaction.connection, approval.alert)
    if alert.may_extend(now):
        pass_on_approvals(transaction, alert, approval, now)
    elif alert.state is AlertState.PROPOSED:
        withdraw(transaction, alert, WithdrawalReason.EXPIRED, now)
    else:
        reason = LapseReason.ALERT_NOT_OPEN
        settle(transaction, approval, ApprovalState.LAPSED, now, reason=reason)


_ONE_TEXT: Final = Limit(1, Rest.ON_BOARD)


def ask(
    transaction: Transaction,
    alert: StoredAlert,
    cause: ApprovalCause,
    divisions: Sequence[str],
    by: str,
    now: datetime,
) -> None:
    """Insert an approval that waits for a decision, and inform the officers who may decide.

    Raises:
        InvalidError: if no single town, county or city covers the area.
    """
    asked = asked_about(divisions, now, now, transaction.policy.approval)
    if (division := asked.division) is None:
        raise _covered_by_no_city()
    told = _deciders(transaction.connection, division, divisions, now)
    payload = ApprovalAsked(
        cause=cause,
        divisions=tuple(divisions),
        asked=division,
        reason=asked.reason,
        told=_ids(told),
    )
    seq = transaction.append(alert.id, payload, now, subject=by)
    transaction.connection.execute(
        insert(approvals).values(
            alert=alert.id,
            cause=cause,
            divisions=json.dumps(list(divisions)),
            asked_by=by,
            asked_at=now,
            asked=division,
            passes_at=asked.passes_at,
            state=ApprovalState.WAITING,
            seq=seq,
        )
    )
    _tell(transaction, alert, divisions, told, Plan(alert.id, seq, now, alert.expires))


def _covered_by_no_city() -> InvalidError:
    return InvalidError(
        "area",
        "no city covers the whole area; leave out divisions beyond your city",
        "没有一个市覆盖全部范围：请去掉市外的部分",
    )


def pass_on_approvals(
    transaction: Transaction, alert: StoredAlert, approval: Approval, now: datetime
) -> None:
    """Pass an approval on to the tier whose turn it is, and inform its officers."""
    rules = transaction.policy.approval
    asked = asked_about(approval.divisions, approval.asked_at, now, rules)
    division = asked.division or approval.asked
    transaction.connection.execute(
        update(approvals)
        .where(approvals.c.id == approval.id)
        .values(asked=division, passes_at=asked.passes_at)
    )
    told = _deciders(transaction.connection, division, approval.divisions, now)
    payload = ApprovalPassedOn(
        approval=approval.id, asked=division, reason=asked.reason, told=_ids(told)
    )
    seq = transaction.append(alert.id, payload, now)
    plan = Plan(alert.id, seq, now, alert.expires)
    _tell(transaction, alert, approval.divisions, told, plan)


def _deciders(
    connection: Connection, asked: str, divisions: Sequence[str], now: datetime
) -> list[Officer]:
    """Return who may decide in `asked` or, if nobody can, in the nearest division above it."""
    return nearest_on_duty(connection, asked, now, lambda officer: decides(officer, divisions))


def _ids(told: Sequence[Officer]) -> tuple[str, ...]:
    return tuple(officer.id for officer in told)


def _tell(
    transaction: Transaction,
    alert: StoredAlert,
    divisions: Sequence[str],
    told: Sequence[Officer],
    plan: Plan,
) -> None:
    if not told:
        return  # No officer on duty may decide, which the board and the log show.
    connection = transaction.connection
    households, people = _still_to_reach(connection, alert.id, divisions)
    issuer = transaction.policy.issuer.at(told[0].division)
    is_new = alert.state is AlertState.PROPOSED
    kind = TextKind.PROPOSAL if is_new else TextKind.APPROVAL

    def texts(language: str) -> list[ComposedText]:
        names = short_names(connection, divisions, language)
        hazard = info_in(alert.request, language).event

        def facts(named: Sequence[str]) -> TextFacts:
            return TextFacts(
                status=alert.status,
                issuer=issuer,
                code=alert.number,
                hazard=hazard,
                count=len(divisions),
                listed=joined(language, (names[code] for code in named)),
                households=households,
                people=people,
            )

        return in_parts(kind, language, divisions, facts, _ONE_TEXT)

    notify_in_parts(transaction, plan, kind, texts, told)


def _still_to_reach(
    connection: Connection, alert: int, divisions: Sequence[str]
) -> tuple[int, int]:
    on_roll = select(roll.c.household).where(
        roll.c.alert == alert, roll.c.household == HOUSEHOLDS.c.code
    )
    households, people = connection.execute(
        select(func.count(), func.coalesce(func.sum(HOUSEHOLDS.c.headcount), 0)).where(
            households_in(divisions), ~on_roll.exists()
        )
    ).one()
    return int(households), int(people)
