"""An alert said again, by text or by call, to households that have not answered."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from alerting.core.plan import Channel
from alerting.core.policy import Policy
from alerting.core.speech import SpeechKind
from alerting.core.text import TextKind
from alerting.core.wording import Wording
from alerting.storage.alerts import StoredAlert
from alerting.storage.audience import place_name
from alerting.storage.deliveries import Plan, freeze_text, plan_household_reminders
from alerting.storage.ledger import Transaction
from alerting.storage.roll import Entry
from alerting.storage.tables import events

REMINDED: Final = "households.reminded"
_KINDS: Final[dict[Channel, TextKind | SpeechKind]] = {
    Channel.SMS: TextKind.REMINDER,
    Channel.VOICE: SpeechKind.ALERT,
}


@dataclass(frozen=True)
class Order:
    """An officer's word to say an alert again in a division.

    `key` is the officer's own name for it, so that it counts once when it is sent twice;
    `counted` is kept in the log beside it.
    """

    by: str
    division: str
    key: str | None
    counted: dict[str, int]

    @property
    def payload(self) -> dict[str, Any]:
        """What the log keeps of it."""
        return {"key": self.key, "counted": self.counted}


def remind(
    transaction: Transaction,
    alert: StoredAlert,
    channel: Channel,
    silent: Collection[Entry],
    now: datetime,
    order: Order | None = None,
) -> None:
    """Owe the alert, as it now reads, once more to these households by this channel.

    Without an order it is the ladder of their silence that says so.
    """
    seq = transaction.append(
        alert.id,
        REMINDED,
        now,
        division=order.division if order else "",
        subject=order.by if order else "",
        payload={channel: len(silent), **(order.payload if order else {})},
    )
    say_again(transaction, alert, channel, silent, seq, now)


def say_again(
    transaction: Transaction,
    alert: StoredAlert,
    channel: Channel,
    households: Collection[Entry],
    seq: int,
    now: datetime,
) -> None:
    """Owe the alert, as it now reads, to these households; the log says why at `seq`."""
    connection, kind = transaction.connection, _KINDS[channel]
    wording = wording_of(connection, alert, transaction.policy)
    page = transaction.policy.household_page
    bodies = {
        language: wording.of_kind(kind, language)
        for language in sorted({entry.language for entry in households})
    }
    by_language = {
        language: freeze_text(connection, alert.id, kind, language, body, page)
        for language, body in bodies.items()
    }
    plan_household_reminders(
        connection,
        Plan(alert.id, seq, due_at=now, expires_at=alert.expires),
        channel,
        by_language,
        alert.request.hazard_location,
        {entry.household for entry in households},
    )
    transaction.topics |= {("deliveries", division) for division in alert.divisions}


def wording_of(connection: Connection, alert: StoredAlert, policy: Policy) -> Wording:
    """Return what writes an alert's texts, as it now reads."""
    place = place_name(connection, alert.divisions)
    return Wording(alert.request, place, alert.sent.astimezone(policy.alert.zone))


def counted_before(
    connection: Connection, alert: int, by: str, division: str, key: str
) -> dict[str, int] | None:
    """Return what an officer's order of this key counted; None: there was none."""
    payloads = connection.execute(
        select(events.c.payload).where(
            events.c.alert == alert,
            events.c.kind == REMINDED,
            events.c.subject == by,
            events.c.division == division,
        )
    ).scalars()
    orders = [json.loads(payload) for payload in payloads]
    return next((dict(order["counted"]) for order in orders if order["key"] == key), None)
