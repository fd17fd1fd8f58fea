"""Sends reminders of an alert, by text or phone call, to households that have not answered."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, select

from alerting.deliveries.outbox import Plan
from alerting.deliveries.plan import plan_household_reminders
from alerting.deliveries.texts import freeze_for, wording_of
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.events.households import HouseholdsReminded, ReminderCount
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from alerting.messages.speech import SpeechKind
from alerting.messages.text import TextKind
from alerting.messages.wording import Readers, homes_of
from alerting.policy.sections import Channel
from alerting.roll.entries import RollEntry
from alerting.roll.tables import roll

_KINDS: Final[dict[Channel, TextKind | SpeechKind]] = {
    Channel.SMS: TextKind.REMINDER,
    Channel.VOICE: SpeechKind.ALERT,
}


@dataclass(frozen=True)
class Households:
    """The households to remind, as an SQL condition: a city has too many to list."""

    who: ColumnElement[bool]
    """The condition on rows of the roll."""
    by_readers: Mapping[Readers, int]
    """The number of households by language and division, which decide their text."""


def named(entries: Collection[RollEntry]) -> Households:
    """Convert these entries to `Households`."""
    codes: BindParameter[list[str]] = bindparam(
        # The codes are rendered into the statement, because there may be more than bind parameters
        # are allowed.
        "named",
        sorted({entry.household for entry in entries}),
        expanding=True,
        literal_execute=True,
    )
    by_readers = Counter(Readers(entry.language, entry.division) for entry in entries)
    return Households(roll.c.household.in_(codes), by_readers)


@dataclass(frozen=True)
class Order:
    """An officer's order to send an alert again in a division.

    `key` is the officer's idempotency key; `counted` is stored with it in the log.
    """

    by: str
    division: str
    key: str | None
    counted: ReminderCount


def remind(
    transaction: Transaction,
    alert: StoredAlert,
    channel: Channel,
    silent: Households,
    now: datetime,
    order: Order | None = None,
) -> None:
    """Log a reminder and queue it to these households by this channel.

    Without an order, the reminder is a step of the household ladder.
    """
    households = sum(silent.by_readers.values())
    reminded = HouseholdsReminded(
        sms=households if channel is Channel.SMS else 0,
        voice=households if channel is Channel.VOICE else 0,
        key=order.key if order else None,
        counted=order.counted if order else None,
    )
    seq = transaction.append(
        alert.id,
        reminded,
        now,
        division=order.division if order else "",
        subject=order.by if order else "",
    )
    say_again(transaction, alert, channel, silent, seq, now)


def say_again(
    transaction: Transaction,
    alert: StoredAlert,
    channel: Channel,
    households: Households,
    seq: int,
    now: datetime,
) -> None:
    """Queue the alert's current text to these households; the log entry `seq` is the reason."""
    connection, kind = transaction.connection, _KINDS[channel]
    readers, policy = households.by_readers.keys(), transaction.policy
    wording = wording_of(connection, policy, alert, homes_of(readers))
    body = partial(wording.of_kind, kind)
    freeze_for(connection, alert.id, kind, readers, body, policy.household_link)
    plan_household_reminders(
        transaction,
        Plan(alert.id, seq, due_at=now, expires_at=alert.expires),
        channel,
        kind,
        alert.request.hazard_location,
        households.who,
    )


def counted_before(
    connection: Connection, alert: int, by: str, division: str, key: str
) -> ReminderCount | None:
    """Return the counts logged for an officer's idempotency key; None if the key is new."""
    payloads = connection.execute(
        select(events.c.payload).where(
            events.c.alert == alert,
            events.c.kind == EventKind.HOUSEHOLDS_REMINDED,
            events.c.subject == by,
            events.c.division == division,
        )
    ).scalars()
    orders = filter(None, map(HouseholdsReminded.read_if_whole, payloads))
    return next((order.counted for order in orders if order.key == key), None)
