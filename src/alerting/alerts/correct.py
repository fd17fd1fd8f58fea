"""Cancel or update an alert in one action, and tell everyone who may have received it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from alerting.access.rules import OWN_ONLY, Act
from alerting.access.scope import alert_to
from alerting.alerts.end import end_alert
from alerting.cap.alert import AlertRequest
from alerting.cap.changes import Changes, amend
from alerting.cap.lifecycle import Action, transition
from alerting.deliveries.corrections import Owed, owe_ending, owe_update
from alerting.deliveries.outbox import Plan
from alerting.errors import ConflictError, ForbiddenError, InvalidError
from alerting.ledger.alerts import StoredAlert, amend_alert, set_state, stored
from alerting.ledger.events.alerts import AlertCancelled, AlertUpdated
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextKind
from alerting.messages.wording import Wording
from alerting.runtime import Runtime
from contacts.directory import Officer
from contacts.place_names import place_name

_LONGEST_REASON: Final = 500


@dataclass(frozen=True)
class Corrected:
    """An alert after its correction, and the count of correction texts owed."""

    alert: StoredAlert
    owed: Owed


async def cancel(runtime: Runtime, caller: Officer, alert_id: int, reason: str) -> Corrected:
    """Cancel an alert; return once it is committed.

    "Cancel and Update go to exactly the people who may have got the original, once, after it, in
    one action."

    Raises:
        NotFoundError: if the alert is not within the caller's divisions.
        ForbiddenError: if the caller may not correct it.
        IllegalTransitionError: if its state does not allow the correction.
        InvalidError: if the reason is empty or longer than 500 characters.
    """
    now = runtime.clock.now()
    if not 0 < len(reason.strip()) <= _LONGEST_REASON:
        raise InvalidError("reason", f"say why, in at most {_LONGEST_REASON} characters")

    def unit(transaction: Transaction) -> Corrected:
        connection = transaction.connection
        transaction.lock([alert_id])
        alert = _correctable(connection, alert_id, caller)
        end_alert(transaction, alert, Action.CANCEL, now)
        seq = transaction.append(alert_id, AlertCancelled(reason=reason), now, subject=caller.id)
        plan = Plan(alert_id, seq, due_at=now, expires_at=now + runtime.policy.alert.validity)
        wording = _wording(runtime, connection, alert, alert.request, alert.sent)
        owed = owe_ending(transaction, plan, TextKind.CANCELLATION, wording)
        return _corrected(transaction, alert_id, owed)

    return await runtime.ledger.write(unit)


async def correct(runtime: Runtime, caller: Officer, alert_id: int, changes: Changes) -> Corrected:
    """Update an alert; return once it is committed.

    Recipients who may have received the alert get a correction; recipients whose text is still
    queued get the new text. The update has the alert's own CAP status and does not change it.

    Raises:
        NotFoundError: if the alert is not within the caller's divisions.
        ForbiddenError: if the caller may not correct it.
        IllegalTransitionError: if its state does not allow the correction.
        ConflictError: if it has expired.
        InvalidError: if a field's new value is not allowed, or nothing would change.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> Corrected:
        connection = transaction.connection
        transaction.lock([alert_id])
        alert = _correctable(connection, alert_id, caller)
        set_state(connection, alert_id, transition(alert.state, Action.UPDATE))
        request, expires = _amended(alert, changes, now)
        amend_alert(connection, alert_id, request, expires)
        changed = tuple(sorted(changes.model_fields_set))
        updated = AlertUpdated(changed=changed, before=alert.request)
        seq = transaction.append(alert_id, updated, now, subject=caller.id)
        plan = Plan(alert_id, seq, due_at=now, expires_at=expires)
        owed = owe_update(transaction, plan, _wording(runtime, connection, alert, request, now))
        return _corrected(transaction, alert_id, owed)

    return await runtime.ledger.write(unit)


def _correctable(connection: Connection, alert_id: int, caller: Officer) -> StoredAlert:
    alert = alert_to(connection, alert_id, caller, Act.CORRECT)
    if caller.role in OWN_ONLY and alert.raised_by != caller.id:
        raise ForbiddenError(
            f"alert {alert_id} was raised by somebody else: ask a grid officer, or a higher tier"
        )
    return alert


def _amended(alert: StoredAlert, changes: Changes, now: datetime) -> tuple[AlertRequest, datetime]:
    if alert.expires <= now:
        raise ConflictError(f"alert {alert.id} has expired; raise a new one")
    request = amend(alert.request, changes)
    if changes.expires and changes.expires <= now:
        raise InvalidError(
            "expires", f"{changes.expires.isoformat()} has passed; cancel the alert instead"
        )
    return request, changes.expires or alert.expires


def _wording(
    runtime: Runtime,
    connection: Connection,
    alert: StoredAlert,
    request: AlertRequest,
    time: datetime,
) -> Wording:
    place = place_name(connection, alert.divisions)
    return Wording(request, place, time.astimezone(runtime.policy.alert.zone))


def _corrected(transaction: Transaction, alert_id: int, owed: Owed) -> Corrected:
    alert = stored(transaction.connection, alert_id)
    return Corrected(alert, owed)
