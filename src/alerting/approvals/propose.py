"""Alerts that another system proposes; they alert nobody until an officer approves."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime

from alerting.approvals.ask import ask
from alerting.approvals.rules import ApprovalCause
from alerting.approvals.widen import extend
from alerting.areas.already_open import check_no_actual
from alerting.areas.audience import resolve
from alerting.areas.reach import AlertedCounts
from alerting.cap.alert import AlertRequest
from alerting.cap.lifecycle import Action, AlertState, transition
from alerting.ledger.alerts import (
    StoredAlert,
    free_number,
    insert_alert,
    raise_proposed,
    stored,
)
from alerting.ledger.events.alerts import AlertProposed, AlertRaised
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.writer import Transaction
from alerting.officer_calls.confirm import CalledOfficer, confirm
from contacts.directory import Officer


def propose(
    transaction: Transaction,
    source: str,
    request: AlertRequest,
    divisions: Sequence[str],
    now: datetime,
) -> int:
    """Store an alert that another system proposes, and ask officers to approve it.

    Return the id of the alert. `divisions` are all divisions that its area touches. Officers whose
    division covers all of them may decide.

    Raises:
        InvalidError: if no town, county or city covers `divisions`.
    """
    connection = transaction.connection
    alert = insert_alert(
        connection,
        {
            "identifier": f"{source}-{uuid.uuid4()}",
            "number": free_number(connection),
            "status": request.status,
            "state": AlertState.PROPOSED,
            "origin": divisions[0],
            "sent": now,
            "expires": request.expires or now + transaction.policy.alert.validity,
            "request": request.model_dump_json(),
            "request_hash": hashlib.sha256(request.model_dump_json().encode()).hexdigest(),
            "raised_by": source,
            "last_seq": 0,
        },
    )
    transaction.append(alert.id, AlertProposed(source=source, divisions=tuple(divisions)), now)
    ask(transaction, alert, ApprovalCause.PROPOSED_ALERT, divisions, source, now)
    return alert.id


def raise_proposal(
    transaction: Transaction, alert: StoredAlert, caller: Officer, now: datetime
) -> AlertedCounts:
    """Raise a proposed alert in the name of the officer who approved it; return its counts.

    Raises:
        IllegalTransitionError: if the alert is not in the state `PROPOSED`.
        InvalidError: if its area no longer contains a household.
        AlreadyOpenError: if the alert is an exercise or test, and an actual alert is open there.
    """
    connection = transaction.connection
    transition(alert.state, Action.APPROVE)
    expected = resolve(connection, alert.request.area)
    check_no_actual(connection, alert.request, expected.divisions)
    raise_proposed(connection, alert.id, caller.id, caller.division, now)
    raised = stored(connection, alert.id)
    reached = extend(transaction, raised, expected, AlertRaised, caller, now)
    # The raiser knows of the alert, so their officer call counts as confirmed.
    raiser = CalledOfficer(alert.id, caller.id, caller.division)
    confirm(transaction, [raiser], EventKind.ALERT_RAISED, now)
    return reached
