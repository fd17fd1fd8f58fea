"""Raising an alert: accepted, its roll called and its texts owed, in one transaction."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from alerting.core.authority import Act, Ruling, rule
from alerting.core.cap import AlertRequest, Area, MsgType, Status
from alerting.core.errors import ConflictError, InvalidError
from alerting.core.lifecycle import AlertState
from alerting.core.plan import Recipient
from alerting.core.text import HOME_LANGUAGE, TextFacts, TextKind, compose
from alerting.core.wording import Wording
from alerting.services.desk import Desk
from alerting.storage.alerts import (
    StoredAlert,
    find_by_key,
    free_number,
    insert_alert,
    last_seq,
    open_alerts,
    stored,
)
from alerting.storage.audience import place_name, resolve
from alerting.storage.authorised import check_places
from alerting.storage.deliveries import Addressee, Plan, insert_text, owe_text
from alerting.storage.fan_out import Reach, Reached, reach
from alerting.storage.inbound import Inbound, keep_texts, known_texts
from alerting.storage.ledger import Transaction
from alerting.storage.roll import anybody_missing
from alerting.storage.tallies import EVERYWHERE, tally_of
from contacts.directory import Officer, officer_by_phone
from contacts.division import Tier, covers, tier_of, village_of

RAISED: Final = "alert.raised"
REPEATED: Final = "alert.repeated_by_text"
COMPLETED: Final = "alert.widened_by_text"
_RAISE: Final = "raise"
"""How such a text is said to have been read."""


@dataclass(frozen=True)
class Raised:
    """An accepted alert, with who was counted and what is owed because of it."""

    alert: StoredAlert
    reached: Reached | None
    """None where the same request was accepted before."""


async def raise_alert(
    desk: Desk, caller: Officer, request: AlertRequest, key: str | None
) -> Raised:
    """Accept an alert; return once it is committed.

    `key` is the caller's own name for the request: sent twice, it is accepted once.

    Raises:
        ForbiddenError, InvalidError: if the caller may not raise an alert there, or a field is
            wrong.
        ConflictError: if the key was used for another request.
    """
    now = desk.clock.now()
    _check_request(desk, request, now)
    return await desk.ledger.write(lambda tx: _accept(desk, tx, caller, request, key, now))


async def raise_by_text(desk: Desk, provider_id: str, sender: str, body: str, hazard: str) -> bool:
    """Raise an alert for the own village of whoever wrote this text, and answer by text.

    Where the village is alerted already the text is added to that alert's log, so that a second
    text does not confuse households with a second alert. Returns False, and does nothing, if the
    sender (E.164) is nobody who may raise an alert.
    """
    now = desk.clock.now()

    def unit(transaction: Transaction) -> bool:
        caller = _who_may_raise(transaction.connection, sender)
        if caller is None:
            return False
        if known_texts(transaction.connection, {provider_id}):
            return True
        alert = _alert_by_text(desk, transaction, caller, provider_id, body, hazard, now)
        text = Inbound(provider_id, sender, body, now, _RAISE, hazard, alert.id, caller.id)
        keep_texts(transaction.connection, [text])
        _answer_informant(transaction, alert, caller, sender, now)
        return True

    return await desk.ledger.write(unit)


def _who_may_raise(connection: Connection, sender: str) -> Officer | None:
    for officer in officer_by_phone(connection, sender):
        village = village_of(officer.division)
        if (
            tier_of(village) is Tier.VILLAGE
            and rule(officer.role, officer.division, Act.RAISE, village) is Ruling.ALLOWED
        ):
            return officer
    return None


def _alert_by_text(
    desk: Desk,
    transaction: Transaction,
    caller: Officer,
    provider_id: str,
    body: str,
    hazard: str,
    now: datetime,
) -> StoredAlert:
    village = village_of(caller.division)
    status = Status.ACTUAL if desk.clock.speed == 1.0 else Status.EXERCISE
    for alert in open_alerts(transaction.connection, village):
        # What has expired sends nothing more: a new landslide needs a new alert.
        if alert.status is status and alert.expires > now and _stands_for(alert, village):
            payload = {"body": body, "provider_id": provider_id}
            transaction.append(
                alert.id, REPEATED, now, division=village, subject=caller.id, payload=payload
            )
            _reach_the_rest(desk, transaction, alert, caller, village, now)
            return alert
    request = AlertRequest(
        status=status,
        event=hazard,
        description=body,
        instruction=desk.policy.alert.instruction,
        area=Area(divisions=(village,)),
        assembly_point=desk.policy.alert.assembly_point,
    )
    return _accept(desk, transaction, caller, request, provider_id, now).alert


def _stands_for(alert: StoredAlert, village: str) -> bool:
    return any(covers(division, village) for division in alert.divisions)


def _reach_the_rest(
    desk: Desk,
    transaction: Transaction,
    alert: StoredAlert,
    caller: Officer,
    village: str,
    now: datetime,
) -> None:
    """Call who is not on the roll yet: a polygon may hold only a part of the village."""
    expected = resolve(transaction.connection, Area(divisions=(village,)))
    if not anybody_missing(transaction.connection, alert.id, expected.condition):
        return
    place = place_name(transaction.connection, expected.divisions)
    wording = Wording(alert.request, place, now.astimezone(desk.policy.alert.zone))
    step = Reach(alert.id, expected, alert.request.hazard_location, now, alert.expires)
    reach(transaction, step, COMPLETED, caller.id, wording)


def _answer_informant(
    transaction: Transaction, alert: StoredAlert, caller: Officer, sender: str, now: datetime
) -> None:
    connection = transaction.connection
    reached = tally_of(connection, alert.id, EVERYWHERE)
    facts = TextFacts(
        status=alert.status,
        code=alert.number,
        households=reached.households,
        people=reached.people,
    )
    body = compose(TextKind.RAISED, HOME_LANGUAGE, facts)
    text = insert_text(connection, alert.id, TextKind.RAISED, HOME_LANGUAGE, body)
    seq = last_seq(connection, alert.id)
    owe_text(
        connection,
        Plan(alert.id, seq, due_at=now, expires_at=alert.expires),
        text,
        Addressee(Recipient.OFFICER, caller.id, caller.division, caller.tier, sender),
    )
    transaction.topics.add(("deliveries", caller.division))


def _check_request(desk: Desk, request: AlertRequest, now: datetime) -> None:
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
    if desk.clock.speed != 1.0 and request.status is Status.ACTUAL:
        raise InvalidError("status", "this service runs a drill: give Exercise or Test")


def _accept(
    desk: Desk,
    transaction: Transaction,
    caller: Officer,
    request: AlertRequest,
    key: str | None,
    now: datetime,
) -> Raised:
    connection = transaction.connection
    fingerprint = hashlib.sha256(request.model_dump_json().encode()).hexdigest()
    if key and (before := find_by_key(connection, caller.id, key)):
        if before.request_hash != fingerprint:
            raise ConflictError(f"Idempotency-Key: {key!r} was used for another alert; choose anew")
        return Raised(before, None)
    expected = resolve(connection, request.area)
    check_places(caller, Act.RAISE, expected.divisions, "area")
    expires = request.expires or now + desk.policy.alert.validity
    number = free_number(connection)
    alert = insert_alert(
        connection,
        {
            "identifier": f"{caller.division}-{uuid.uuid4()}",
            "number": number,
            "status": request.status,
            "state": AlertState.OPEN,
            "origin": caller.division,
            "sent": now,
            "expires": expires,
            "request": request.model_dump_json(),
            "request_hash": fingerprint,
            "raised_by": caller.id,
            "idempotency_key": key,
            "last_seq": 0,
        },
    )
    place = place_name(connection, expected.divisions)
    wording = Wording(request, place, now.astimezone(desk.policy.alert.zone))
    step = Reach(alert, expected, request.hazard_location, now, expires)
    reached = reach(transaction, step, RAISED, caller.id, wording)
    return Raised(stored(connection, alert), reached)
