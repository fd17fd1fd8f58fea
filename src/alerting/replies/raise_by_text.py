"""An informant's text that raises an alert for the sender's own village; answered by text."""

from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection, distinct, func, select

from alerting.access.rules import Act, Ruling, rule
from alerting.alerts.raise_alert import accept
from alerting.approvals.widen import extend
from alerting.areas.audience import resolve
from alerting.cap.alert import MOST_DESCRIBED, AlertRequest, Area, Status
from alerting.deliveries.outbox import Addressee, Plan
from alerting.deliveries.plan import owe_text
from alerting.deliveries.texts import insert_text
from alerting.ledger.alerts import StoredAlert, last_seq, open_alerts
from alerting.ledger.events.alerts import AlertRepeatedByText, AlertWidenedByText
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.writer import Transaction
from alerting.messages.hazards import WORDS
from alerting.messages.languages import HAZARDS, LANGUAGES
from alerting.messages.text import HOME_LANGUAGE, TextFacts, TextKind, compose
from alerting.officer_calls.confirm import CalledOfficer, confirm
from alerting.replies.store import Inbound, keep_texts, known_texts
from alerting.replies.tables import inbound
from alerting.roll.enrol import anybody_missing
from alerting.roll.tallies import EVERYWHERE, tally_of
from alerting.runtime import Runtime
from contacts.directory import Officer, officer_by_phone
from contacts.division import Tier, covers, tier_of, village_of
from contacts.people import mask_phone

_RAISE: Final = "raise"
"""The intent under which such a text is stored."""

_HOUR: Final = timedelta(hours=1)

_MOST_AN_HOUR: Final = 3
"""A number can be forged: whoever has one must not alarm a village again and again.

A further text is kept, and waits for an officer.
"""

log = structlog.get_logger()


async def raise_by_text(
    runtime: Runtime, provider_id: str, sender: str, body: str, hazard: str
) -> bool:
    """Raise an alert for the sender's own village, and answer by text.

    If the village has an open alert already, the text is added to that alert's log, so that a
    second text does not confuse households with a second alert. Returns False, and does nothing, if
    the sender (E.164) may not raise an alert, or
    raised three within an hour.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> bool:
        caller = _who_may_raise(transaction.connection, sender)
        if caller is None:
            return False
        if known_texts(transaction.connection, {provider_id}):
            return True
        alert = _alert_by_text(runtime, transaction, caller, provider_id, body, hazard, now)
        if alert is None:
            log.warning("too many alerts by text within an hour", sender=mask_phone(sender))
            return False
        text = Inbound(provider_id, sender, body, now, _RAISE, hazard, alert.id, caller.id)
        keep_texts(transaction.connection, [text])
        _answer_informant(transaction, alert, caller, sender, now)
        return True

    return await runtime.ledger.write(unit)


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
    runtime: Runtime,
    transaction: Transaction,
    caller: Officer,
    provider_id: str,
    body: str,
    hazard: str,
    now: datetime,
) -> StoredAlert | None:
    """Return the alert that a text raises, or joins; None if its sender raised too many."""
    village = village_of(caller.division)
    status = Status.EXERCISE if runtime.clock.is_drill else Status.ACTUAL
    for alert in open_alerts(transaction.connection, village):
        # An expired alert sends nothing more: a new landslide needs a new alert.
        if alert.status is status and alert.expires > now and _stands_for(alert, village):
            repeated = AlertRepeatedByText(body=body, provider_id=provider_id)
            transaction.append(alert.id, repeated, now, division=village, subject=caller.id)
            reporter = CalledOfficer(alert.id, caller.id, caller.division)
            confirm(transaction, [reporter], EventKind.ALERT_RAISED, now)
            _reach_the_rest(transaction, alert, caller, village, now)
            return alert
    if _raised_since(transaction.connection, caller, now - _HOUR) >= _MOST_AN_HOUR:
        return None
    language, known = WORDS[hazard]
    request = AlertRequest(
        status=status,
        event=hazard,
        category=HAZARDS[known],
        language=language,
        description=body[:MOST_DESCRIBED],
        instruction=LANGUAGES[language].hazards[known].instruction,
        area=Area(divisions=(village,)),
        assembly_point=runtime.policy.alert.assembly_point,
    )
    return accept(transaction, caller, request, provider_id, now)[0]


def _raised_since(connection: Connection, caller: Officer, since: datetime) -> int:
    """Return the number of alerts that an officer's texts raised since an instant."""
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
    """Alert the households not yet on the roll: a polygon may be smaller than a village."""
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
    body = compose(TextKind.RAISED, HOME_LANGUAGE, facts)
    text = insert_text(connection, alert.id, TextKind.RAISED, HOME_LANGUAGE, body)
    seq = last_seq(connection, alert.id)
    plan = Plan(alert.id, seq, due_at=now, expires_at=alert.expires)
    owe_text(transaction, plan, text, Addressee.officer(caller, sender))
