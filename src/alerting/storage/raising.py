"""An alert accepted: numbered, its roll called and its texts owed, in the caller's transaction."""

import hashlib
import uuid
from datetime import datetime

from alerting.core.authority import Act
from alerting.core.cap import AlertRequest
from alerting.core.errors import ConflictError
from alerting.core.lifecycle import AlertState
from alerting.storage.alerts import StoredAlert, find_by_key, free_number, insert_alert, stored
from alerting.storage.audience import Expected, resolve
from alerting.storage.authorised import check_places
from alerting.storage.fan_out import Reached
from alerting.storage.inbound import confirm
from alerting.storage.ledger import Transaction
from alerting.storage.senders import RAISED, CalledOfficer
from alerting.storage.widening import ask_for_the_rest, at_once, extend
from contacts.directory import Officer


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
    reached = extend(transaction, stored(connection, alert), own, RAISED, caller, now)
    ask_for_the_rest(transaction, alert, caller, expected, now)
    # Who raises it knows of it: nobody need wake them.
    confirm(transaction, [CalledOfficer(alert, caller.id, caller.division)], RAISED, now)
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
