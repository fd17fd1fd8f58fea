"""Cancel or update an alert in one action, and inform everyone who may have received it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from alerting.access.command import Command, carry_out
from alerting.access.rules import OWN_ONLY, Act
from alerting.alerts.close import end_alert
from alerting.cap.alert import AlertRequest
from alerting.cap.changes import Changes, amend
from alerting.cap.lifecycle import Action, transition
from alerting.cap.message import Step
from alerting.cap_messages.issue import issue
from alerting.deliveries.corrections import Owed, owe_ending, owe_update
from alerting.deliveries.outbox import Plan
from alerting.deliveries.texts import wording_at
from alerting.errors import ConflictError, ForbiddenError, InvalidError
from alerting.ledger.alerts import StoredAlert, amend_alert, set_state, stored
from alerting.ledger.events.alerts import AlertCancelled, AlertUpdated
from alerting.messages.text import TextKind
from alerting.messages.wording import Readers, Wording, homes_of
from alerting.runtime import Runtime
from contacts.directory import Officer

_LONGEST_REASON: Final = 500


@dataclass(frozen=True)
class Corrected:
    """An alert after its correction, and the count of correction texts to send."""

    alert: StoredAlert
    owed: Owed


async def cancel(runtime: Runtime, caller: Officer, alert_id: int, reason: str) -> Corrected:
    """Cancel an alert; return after the commit.

    The cancellation goes once to exactly the recipients who may have received the alert, and never
    before the alert's own text.

    Raises:
        NotFoundError: if the alert is not within the caller's divisions.
        ForbiddenError: if the caller may not correct it.
        IllegalTransitionError: if its state does not allow the correction.
        InvalidError: if the reason is empty or longer than 500 characters.
    """
    if not 0 < len(reason.strip()) <= _LONGEST_REASON:
        raise InvalidError(
            "reason",
            f"give the reason, in at most {_LONGEST_REASON} characters",
            f"请写明原因，最多{_LONGEST_REASON}个字",
        )
    verb = partial(cancel_by, reason=reason)
    return await carry_out(runtime, caller, alert_id, verb, on_whole_area=Act.CORRECT)


def cancel_by(command: Command, reason: str) -> Corrected:
    """Cancel the alert of a command, within the command's transaction.

    Raises:
        ForbiddenError, IllegalTransitionError: see `cancel`.
    """
    _check_own(command)
    alert, now = command.alert, command.now
    end_alert(command.transaction, alert, Action.CANCEL, now)
    seq = command.append(AlertCancelled(reason=reason), subject=command.caller.id)
    expires_at = now + command.transaction.policy.alert.validity
    plan = Plan(alert.id, seq, due_at=now, expires_at=expires_at)
    wording_for = partial(_wording, command, alert.request, alert.sent)
    owed = owe_ending(command.transaction, plan, TextKind.CANCELLATION, wording_for)
    issue(command.transaction, alert.id, seq, Step.CANCELLED, now, expires_at)
    return _corrected(command, owed)


async def correct(runtime: Runtime, caller: Officer, alert_id: int, changes: Changes) -> Corrected:
    """Update an alert; return after the commit.

    Recipients who may have received the alert get a correction; recipients whose text is still
    queued get the new text. The alert's CAP status stays the same.

    Raises:
        NotFoundError: if the alert is not within the caller's divisions.
        ForbiddenError: if the caller may not correct it.
        IllegalTransitionError: if its state does not allow the correction.
        ConflictError: if the alert has expired.
        InvalidError: if a new value is not allowed, or nothing would change.
    """
    verb = partial(correct_by, changes=changes)
    return await carry_out(runtime, caller, alert_id, verb, on_whole_area=Act.CORRECT)


def correct_by(command: Command, changes: Changes) -> Corrected:
    """Update the alert of a command, within the command's transaction.

    Raises:
        ForbiddenError, IllegalTransitionError, ConflictError, InvalidError: see `correct`.
    """
    _check_own(command)
    alert = command.alert
    set_state(command.connection, alert.id, transition(alert.state, Action.UPDATE), command.now)
    request, expires = _amended(alert, changes, command.now)
    amend_alert(command.connection, alert.id, request, expires)
    changed = tuple(sorted(changes.model_fields_set))
    updated = AlertUpdated(changed=changed, before=alert.request)
    seq = command.append(updated, subject=command.caller.id)
    plan = Plan(alert.id, seq, due_at=command.now, expires_at=expires)
    wording_for = partial(_wording, command, request, command.now)
    owed = owe_update(command.transaction, plan, wording_for)
    issue(command.transaction, alert.id, seq, Step.UPDATED, command.now, expires)
    return _corrected(command, owed)


def _check_own(command: Command) -> None:
    alert, caller = command.alert, command.caller
    if caller.role in OWN_ONLY and alert.raised_by != caller.id:
        raise ForbiddenError(
            f"alert {alert.id} was raised by somebody else: ask a grid officer, or a higher tier",
            f"预警{alert.id}由别人发布：请联系网格员或上级",
        )


def _amended(alert: StoredAlert, changes: Changes, now: datetime) -> tuple[AlertRequest, datetime]:
    if alert.expires <= now:
        raise ConflictError(
            f"alert {alert.id} has expired; raise a new one",
            chinese=f"预警{alert.id}已过期：请另发",
        )
    request = amend(alert.request, changes)
    if changes.expires and changes.expires <= now:
        raise InvalidError(
            "expires",
            f"{changes.expires.isoformat()} has passed; cancel the alert instead",
            f"{changes.expires.isoformat()}已过：请改为取消预警",
        )
    return request, changes.expires or alert.expires


def _wording(
    command: Command, request: AlertRequest, time: datetime, readers: Collection[Readers]
) -> Wording:
    policy, divisions = command.transaction.policy, command.alert.divisions
    homes = homes_of(readers)
    return wording_at(command.connection, policy, request, divisions, time, homes)


def _corrected(command: Command, owed: Owed) -> Corrected:
    return Corrected(stored(command.connection, command.alert.id), owed)
