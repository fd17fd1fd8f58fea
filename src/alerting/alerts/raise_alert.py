"""Raising an alert: accepted, numbered, its roll called and its texts owed, in one transaction."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from alerting.access.rules import Act
from alerting.access.scope import check_places
from alerting.approvals.store import Approval, waiting_of
from alerting.approvals.widen import ask_for_the_rest, at_once, extend
from alerting.areas.audience import Expected, resolve
from alerting.areas.reach import Reached
from alerting.cap.alert import AlertRequest, MsgType, Status
from alerting.cap.lifecycle import AlertState
from alerting.errors import ConflictError, InvalidError
from alerting.ledger.alerts import StoredAlert, find_by_key, free_number, insert_alert, stored
from alerting.ledger.events.alerts import AlertRaised
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.writer import Transaction
from alerting.officer_calls.confirm import CalledOfficer, confirm
from alerting.runtime import Runtime
from contacts.directory import Officer


@dataclass(frozen=True)
class Raised:
    """An accepted alert, with who was counted and what is owed because of it."""

    alert: StoredAlert
    reached: Reached | None
    """None where the same request was accepted before."""
    waits: tuple[Approval, ...]
    """What of it waits for an officer's word."""


async def raise_alert(
    runtime: Runtime, caller: Officer, request: AlertRequest, key: str | None
) -> Raised:
    """Accept an alert; return once it is committed.

    An informant's or grid officer's reaches their own village at once; what they name beyond it
    waits for an officer's word. `key` is the caller's own name for the request: sent twice, it is
    accepted once.

    Raises:
        ForbiddenError, InvalidError: if the caller may not raise an alert there, or a field is
            wrong.
        ConflictError: if the key was used for another request.
    """
    now = runtime.clock.now()
    _check_request(runtime, request, now)

    def unit(transaction: Transaction) -> Raised:
        alert, reached = accept(transaction, caller, request, key, now)
        return Raised(alert, reached, waiting_of(transaction.connection, alert.id))

    return await runtime.ledger.write(unit)


def _check_request(runtime: Runtime, request: AlertRequest, now: datetime) -> None:
    """Check what the area and the roster have no part in.

    Raises:
        InvalidError: if the alert would end before it begins or hold only later, or is live in
            a drill.
    """
    if request.msg_type is not MsgType.ALERT:
        raise InvalidError("msg_type", "a new alert is an Alert; correct an existing one instead")
    if request.expires and request.expires <= now:
        raise InvalidError(
            "expires", f"{request.expires.isoformat()} has passed; give a later time"
        )
    if request.effective and request.effective > now:
        raise InvalidError("effective", "an alert is sent at once; leave it out, or raise it then")
    if runtime.clock.is_drill and request.status is Status.ACTUAL:
        raise InvalidError("status", "this service runs a drill: give Exercise or Test")


def accept(
    transaction: Transaction, caller: Officer, request: AlertRequest, key: str | None, now: datetime
) -> tuple[StoredAlert, Reached | None]:
    """Store an alert and reach its area; what lies beyond the caller's word waits for an officer.

    Returns None for who was reached where the same request was accepted before.

    Raises:
        ForbiddenError, InvalidError: if the caller may not raise an alert there, or the area
            cannot be.
        ConflictError: if the key was used for another request.
    """
    connection = transaction.connection
    fingerprint = hashlib.sha256(request.model_dump_json().encode()).hexdigest()
    if key and (before := find_by_key(connection, caller.id, key)):
        if before.request_hash != fingerprint:
            raise ConflictError(f"Idempotency-Key: {key!r} was used for another alert; choose anew")
        return before, None
    expected = resolve(connection, request.area)
    own = raised_at_once(caller, expected)
    alert = insert_alert(
        connection,
        {
            "identifier": f"{caller.division}-{uuid.uuid4()}",
            "number": free_number(connection),
            "status": request.status,
            "state": AlertState.OPEN,
            "origin": caller.division,
            "sent": now,
            "expires": request.expires or now + transaction.policy.alert.validity,
            "request": request.model_dump_json(),
            "request_hash": fingerprint,
            "raised_by": caller.id,
            "idempotency_key": key,
            "last_seq": 0,
        },
    )
    reached = extend(transaction, stored(connection, alert), own, AlertRaised, caller, now)
    ask_for_the_rest(transaction, alert, caller, expected, now)
    # Who raises it knows of it: nobody need wake them.
    raiser = CalledOfficer(alert, caller.id, caller.division)
    confirm(transaction, [raiser], EventKind.ALERT_RAISED, now)
    return stored(connection, alert), reached


def raised_at_once(caller: Officer, expected: Expected) -> Expected:
    """Return the part of an area that the caller's alert reaches at once.

    Raises:
        ForbiddenError: if the caller's role raises no alerts.
        InvalidError: if a division is outside the caller's own, and none is within; or one is,
            and the caller is nobody who may ask for it.
    """
    own = at_once(caller, expected)
    check_places(caller, Act.RAISE, own.divisions or expected.divisions, "area")
    return own
