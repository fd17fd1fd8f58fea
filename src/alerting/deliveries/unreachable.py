"""Escalation of households that no text reaches: to the next phone, to a call, or to the door."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select

from alerting.deliveries.next_phone import turn_to_next_phones
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.tables import deliveries
from alerting.ledger.events.households import HouseholdsUnreachable, TextsGivenUp
from alerting.ledger.writer import Transaction
from alerting.policy.sections import Channel
from alerting.roll.escalation import to_the_door, to_the_phone
from alerting.roll.tables import roll


def send_to_doors(transaction: Transaction, refused: Collection[int], now: datetime) -> None:
    """Send somebody to the door of the households whose texts can never arrive.

    `refused` are delivery ids. A next phone is tried first.
    """
    refused = set(refused) - turn_to_next_phones(transaction, refused, now)
    rules = transaction.policy.household
    for alert, gone in _households_of(transaction.connection, refused).items():
        of_them = roll.c.household.in_(gone)
        if news := to_the_door(transaction.connection, alert, of_them, rules, now):
            transaction.append(alert, HouseholdsUnreachable(households=news), now)


def call_instead(transaction: Transaction, lost: Collection[int], now: datetime) -> None:
    """Call the households whose texts were lost and are not retried; first try their next phones.

    `lost` are delivery ids.
    """
    lost = set(lost) - turn_to_next_phones(transaction, lost, now)
    rules = transaction.policy.household
    for alert, silent in _households_of(transaction.connection, lost).items():
        of_them = roll.c.household.in_(silent)
        if news := to_the_phone(transaction.connection, alert, of_them, rules, now):
            transaction.append(alert, TextsGivenUp(households=news), now)


def _households_of(connection: Connection, lost: Collection[int]) -> dict[int, list[str]]:
    """Return the households that these deliveries by SMS were for, by alert, sorted."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(_RECIPIENTS, {"lost": sorted(lost)}) if lost else ():
        found[row.alert].append(row.recipient)
    return found


_RECIPIENTS: Final = (
    select(deliveries.c.alert, deliveries.c.recipient)
    .where(
        deliveries.c.id.in_(bindparam("lost", expanding=True)),
        deliveries.c.recipient_kind == Recipient.HOUSEHOLD,
        deliveries.c.channel == Channel.SMS,
    )
    .distinct()
    .order_by(deliveries.c.alert, deliveries.c.recipient)
)
