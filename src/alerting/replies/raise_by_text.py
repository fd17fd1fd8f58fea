"""Alerts raised by text: a text from an officer raises an alert for the officer's own village."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, distinct, func, select

from alerting.access.rules import Act, Ruling, rule
from alerting.alerts.raise_alert import accept
from alerting.approvals.widen import extend
from alerting.areas.audience import resolve
from alerting.cap.alert import MOST_DESCRIBED, AlertRequest, Area, Status
from alerting.deliveries.outbox import Addressee, Plan
from alerting.deliveries.plan import owe_text
from alerting.deliveries.texts import insert_text
from alerting.ledger.alerts import StoredAlert, last_seq, open_alerts, recent_alerts
from alerting.ledger.events.alerts import AlertRepeatedByText, AlertWidenedByText
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.writer import Transaction
from alerting.messages.info import WORDS
from alerting.messages.languages import HAZARDS, LANGUAGES
from alerting.messages.text import TextFacts, TextKind, compose, language_for
from alerting.officer_calls.confirm import CalledOfficer, confirm
from alerting.replies.confirm_raise import answered, ask
from alerting.replies.inbound import Inbound, texts_read_before, upsert_texts
from alerting.replies.read import read_hazard
from alerting.replies.tables import inbound
from alerting.roll.enrol import anybody_missing
from alerting.roll.tallies import EVERYWHERE, tally_of
from alerting.runtime import Runtime
from alerting.security_log.rules import SecurityEvent, SecurityKind
from contacts.directory import Officer, officer_by_phone
from contacts.division import Tier, covers, tier_of, village_of
from contacts.people import mask_phone

_RAISE: Final = "raise"
"""The `intent` of a stored text that raises an alert."""

_HOUR: Final = timedelta(hours=1)

_MOST_AN_HOUR: Final = 3
"""How many alerts an officer's texts may raise within an hour; further texts wait in the queue.

So a forged number cannot alarm a village again and again.
"""


async def raise_by_text(
    runtime: Runtime, provider_id: str, sender: str, body: str, hazard: str
) -> bool:
    """Raise an alert for the village of the sender (E.164), and answer by text.

    If the village already has an open alert, the text is added to that alert's log instead, because
    a second alert would confuse households. If an alert was sent or cancelled there within the last
    hour, the sender has to confirm the text with a code first. Returns False, and does nothing, if
    the sender may not raise an alert, or has reached the limit of alerts or codes for this hour.
    """
    now = runtime.clock.now()
    text = Inbound(provider_id, sender, body, now, _RAISE, hazard, alert=None, recipient=None)

    def unit(transaction: Transaction) -> bool | SecurityEvent:
        caller = _who_may_raise(transaction.connection, sender)
        if caller is None:
            return False
        if texts_read_before(transaction.connection, {provider_id}):
            return True
        village, since = village_of(caller.division), now - _HOUR
        alert = _joined(runtime, transaction, caller, text)
        if alert is None and _raised_since(transaction.connection, caller, since) >= _MOST_AN_HOUR:
            return _limited(caller, sender)
        if alert is None and (recent := _recent(runtime, transaction.connection, village, since)):
            return ask(transaction, recent, caller, text, village)
        _keep(transaction, alert or _raise(runtime, transaction, caller, text), caller, text)
        return True

    taken = await runtime.ledger.write(unit, own_transaction=True)
    if isinstance(taken, SecurityEvent):
        runtime.note(taken)
        return False
    return taken


def _limited(caller: Officer, sender: str) -> SecurityEvent:
    return SecurityEvent(
        SecurityKind.LIMIT_REACHED,
        *(caller.division, caller.id, mask_phone(sender)),
        detail="alerts_by_text",
    )


async def raise_confirmed(runtime: Runtime, provider_id: str, sender: str, code: str) -> bool:
    """Raise the alert that a sender confirms with a code; return False if the code is not valid."""
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> bool:
        caller = _who_may_raise(transaction.connection, sender)
        if caller is None:
            return False
        if texts_read_before(transaction.connection, {provider_id}):
            return True
        asked = answered(transaction.connection, sender, code, now)
        hazard = read_hazard(asked.body) if asked else None
        if asked is None or hazard is None:
            return False
        text = replace(asked, received_at=now, reason=hazard)
        alert = _joined(runtime, transaction, caller, text)
        alert = alert or _raise(runtime, transaction, caller, text)
        _keep(transaction, alert, caller, replace(text, provider_id=provider_id, body=code))
        return True

    return await runtime.ledger.write(unit, own_transaction=True)


def _keep(transaction: Transaction, alert: StoredAlert, caller: Officer, text: Inbound) -> None:
    raising = replace(text, intent=_RAISE, alert=alert.id, recipient=caller.id)
    upsert_texts(transaction.connection, [raising])
    _answer_informant(transaction, alert, caller, text.sender, text.received_at)


def _who_may_raise(connection: Connection, sender: str) -> Officer | None:
    for officer in officer_by_phone(connection, sender):
        village = village_of(officer.division)
        if (
            tier_of(village) is Tier.VILLAGE
            and rule(officer.role, officer.division, Act.RAISE, village) is Ruling.ALLOWED
        ):
            return officer
    return None


def _status(runtime: Runtime) -> Status:
    return Status.EXERCISE if runtime.clock.is_drill else Status.ACTUAL


def _joined(
    runtime: Runtime, transaction: Transaction, caller: Officer, text: Inbound
) -> StoredAlert | None:
    """Add the text to the open alert of the sender's village; return that alert, or None."""
    village, now = village_of(caller.division), text.received_at
    for alert in open_alerts(transaction.connection, village):
        # An expired alert sends nothing any more, so a new landslide needs a new alert.
        is_meant = alert.status is _status(runtime) and alert.expires > now
        if is_meant and _stands_for(alert, village):
            repeated = AlertRepeatedByText(body=text.body, provider_id=text.provider_id)
            transaction.append(alert.id, repeated, now, division=village, subject=caller.id)
            reporter = CalledOfficer(alert.id, caller.id, caller.division)
            confirm(transaction, [reporter], EventKind.ALERT_RAISED, now)
            _reach_the_rest(transaction, alert, caller, village, now)
            return alert
    return None


def _recent(
    runtime: Runtime, connection: Connection, village: str, since: datetime
) -> StoredAlert | None:
    """Return the newest alert for the village that was sent or cancelled after `since`, or None."""
    found = recent_alerts(connection, village, since)
    meant = (alert for alert in found if alert.status is _status(runtime))
    return next((alert for alert in meant if _stands_for(alert, village)), None)


def _raise(
    runtime: Runtime, transaction: Transaction, caller: Officer, text: Inbound
) -> StoredAlert:
    language, known = WORDS[text.reason]
    request = AlertRequest(
        status=_status(runtime),
        event=text.reason,
        category=HAZARDS[known],
        language=language,
        description=text.body[:MOST_DESCRIBED],
        instruction=LANGUAGES[language].hazards[known].instruction,
        area=Area(divisions=(village_of(caller.division),)),
    )
    return accept(transaction, caller, request, text.provider_id, text.received_at)[0]


def _raised_since(connection: Connection, caller: Officer, since: datetime) -> int:
    """Return the number of alerts that an officer's texts raised after `since`."""
    by_text = select(func.count(distinct(inbound.c.alert))).where(
        inbound.c.recipient == caller.id,
        inbound.c.sender.in_(caller.phones),
        inbound.c.intent == _RAISE,
        inbound.c.received_at > since,
    )
    return connection.execute(by_text).scalar_one()


def _stands_for(alert: StoredAlert, village: str) -> bool:
    return any(covers(division, village) for division in alert.divisions)


def _reach_the_rest(
    transaction: Transaction, alert: StoredAlert, caller: Officer, village: str, now: datetime
) -> None:
    """Alert the village's other households, if the alert's area is only a part of the village."""
    expected = resolve(transaction.connection, Area(divisions=(village,)))
    if anybody_missing(transaction.connection, alert.id, expected.condition):
        extend(transaction, alert, expected, AlertWidenedByText, caller, now)


def _answer_informant(
    transaction: Transaction, alert: StoredAlert, caller: Officer, sender: str, now: datetime
) -> None:
    connection = transaction.connection
    reached = tally_of(connection, alert.id, EVERYWHERE)
    facts = TextFacts(
        status=alert.status,
        issuer=transaction.policy.issuer.at(caller.division),
        code=alert.number,
        households=reached.households,
        people=reached.people,
    )
    language = language_for(caller.language)
    body = compose(TextKind.RAISED, language, facts)
    text = insert_text(connection, alert.id, TextKind.RAISED, language, body)
    seq = last_seq(connection, alert.id)
    plan = Plan(alert.id, seq, due_at=now, expires_at=alert.expires)
    owe_text(transaction, plan, text, Addressee.officer(caller, sender))
