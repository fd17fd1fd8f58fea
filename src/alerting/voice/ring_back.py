"""Calls to the alerting number: the caller hears the alert for their household or their duty.

Such a call is stored as a delivery with one answered attempt. So its keys and callbacks are handled
like those of a call that we placed.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, case, insert, select

from alerting.cap.alert import Status
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.rules.delivery import DeliveryState, OutcomeKind
from alerting.deliveries.rules.forecast import Priority, Recipient
from alerting.deliveries.tables import attempts, deliveries
from alerting.deliveries.texts import freeze_current
from alerting.ledger.alerts import stored
from alerting.ledger.events.households import CallReceived
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.languages import LANGUAGES
from alerting.messages.speech import SpeechKind, SpokenLine, compose_speech, read_speech
from alerting.messages.text import HOME_LANGUAGE, TextFacts, language_for
from alerting.messages.wording import Readers
from alerting.officer_calls.tables import officer_calls
from alerting.policy.sections import Channel
from alerting.roll.tables import roll
from alerting.runtime import Runtime, wall_clock
from contacts.division import Tier, tier_of
from contacts.tables import HOUSEHOLD_PHONES, OFFICER_PHONES, OFFICERS


@dataclass(frozen=True)
class _Caller:
    """A household or officer that an open alert concerns and that has the caller's phone."""

    alert: int
    kind: Recipient
    code: str
    division: str
    tier: Tier
    language: str

    @property
    def readers(self) -> Readers:
        """The readers for whom the speech is composed; officers hear about the whole area."""
        return Readers(self.language, self.division if self.kind is Recipient.HOUSEHOLD else "")


async def ring_back(runtime: Runtime, call_sid: str, number: str) -> str | None:
    """Store an incoming call; return its token, or None if no open alert concerns the phone.

    If the webhook for the same call is repeated, the same token is returned.
    """

    def unit(transaction: Transaction) -> str | None:
        connection, now = transaction.connection, runtime.clock.now()
        if known := connection.execute(_KNOWN, {"sid": call_sid}).scalar():
            return str(known)
        # Without '+' it is no phone number, and may have characters that a query cannot contain.
        caller = _caller(connection, number, now) if number.startswith("+") else None
        if caller is None:
            return None
        transaction.lock([caller.alert])
        return _keep(transaction, caller, call_sid, number, now)

    return await runtime.ledger.write(unit)


def no_alert(runtime: Runtime) -> list[SpokenLine]:
    """Return speeches which tell a caller without an open alert whom to call instead.

    There is one speech in every language, because the caller's language is unknown. The home
    language comes first.
    """
    facts = TextFacts(status=Status.ACTUAL, issuer=runtime.policy.issuer.at(""))
    codes = sorted(LANGUAGES, key=lambda code: code != HOME_LANGUAGE)
    return [read_speech(compose_speech(SpeechKind.NO_ALERT, code, facts)) for code in codes]


def _keep(
    transaction: Transaction, caller: _Caller, call_sid: str, number: str, now: datetime
) -> str:
    connection, alert = transaction.connection, stored(transaction.connection, caller.alert)
    place = caller.division
    seq = transaction.append(alert.id, CallReceived(), now, division=place, subject=caller.code)
    row = {
        "alert": alert.id,
        "text": freeze_current(transaction, alert, _SPEECHES[caller.kind], caller.readers),
        "seq": seq,
        "recipient_kind": caller.kind,
        "recipient": caller.code,
        "division": place,
        "tier": caller.tier,
        "channel": Channel.VOICE,
        "number": number,
        "priority": Priority.OFFICER,
        "state": DeliveryState.SENT,
        "attempts": 1,
        "due_at": now,
        "accepted_at": now,
        "expires_at": alert.expires,
    }
    delivery = connection.execute(insert(deliveries).values(row).returning(deliveries.c.id))
    token, wall = secrets.token_urlsafe(18), wall_clock()
    attempt = {
        "token": token,
        "delivery": delivery.scalar_one(),
        "number": 1,
        "provider": INBOUND,
        "started_at": wall,
        "finished_at": wall,
        "outcome": OutcomeKind.ACCEPTED,
        "provider_id": call_sid,
    }
    connection.execute(insert(attempts).values(attempt))
    return token


def _caller(connection: Connection, number: str, now: datetime) -> _Caller | None:
    asked = {"number": number, "now": now}
    for kind, query in ((Recipient.HOUSEHOLD, _HOMES), (Recipient.OFFICER, _DUTIES)):
        row: Any = connection.execute(query, asked).first()
        if row:
            is_home = kind is Recipient.HOUSEHOLD
            tier = Tier.HOUSEHOLD if is_home else tier_of(row.division)
            language = language_for(row.language)
            return _Caller(row.alert, kind, row.code, row.division, tier, language)
    return None


_SPEECHES: Final = {
    Recipient.HOUSEHOLD: SpeechKind.ALERT,
    Recipient.OFFICER: SpeechKind.CALL,
}

INBOUND: Final = "inbound"
"""The `provider` of the attempt of an incoming call, because no provider was asked to call."""

_KNOWN: Final = select(attempts.c.token).where(
    attempts.c.provider == INBOUND, attempts.c.provider_id == bindparam("sid")
)

_IS_OPEN: Final = (
    alerts.c.state == AlertState.OPEN,
    alerts.c.expires > bindparam("now", type_=alerts.c.expires.type),
)

# Actual alerts come before exercises, then newer before older ones.
_FIRST: Final = (case((alerts.c.status == Status.ACTUAL, 0), else_=1), alerts.c.id.desc())

_HOMES: Final = (
    select(
        roll.c.alert,
        roll.c.household.label("code"),
        roll.c.division,
        roll.c.language,
    )
    .join(HOUSEHOLD_PHONES, HOUSEHOLD_PHONES.c.household == roll.c.household)
    .join(alerts, alerts.c.id == roll.c.alert)
    .where(HOUSEHOLD_PHONES.c.number == bindparam("number"), *_IS_OPEN)
    .order_by(*_FIRST, roll.c.household)
    .limit(1)
)

_DUTIES: Final = (
    select(
        officer_calls.c.alert,
        officer_calls.c.officer.label("code"),
        officer_calls.c.division,
        OFFICERS.c.language,
    )
    .join(OFFICERS, OFFICERS.c.id == officer_calls.c.officer)
    .join(OFFICER_PHONES, OFFICER_PHONES.c.officer == officer_calls.c.officer)
    .join(alerts, alerts.c.id == officer_calls.c.alert)
    .where(OFFICER_PHONES.c.number == bindparam("number"), *_IS_OPEN)
    .order_by(*_FIRST, officer_calls.c.officer)
    .limit(1)
)
