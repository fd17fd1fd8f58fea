"""Readers for the tests of approvals: rows, texts to officers, and the roll."""

from typing import Any

from sqlalchemy import select

from alerting.approvals.widen import propose_next_door
from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.alerts import stored
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from alerting.roll.tables import roll
from tests.support.running import Running, Workplace


def asked_by_text(place: Workplace | Running, alert: int = 1) -> list[tuple[str, str]]:
    """Return recipient and channel of each request to approve an area, in sending order."""
    statement = (
        select(deliveries.c.recipient, deliveries.c.channel)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind.in_(("approval", "proposal")), deliveries.c.alert == alert)
        .order_by(deliveries.c.id)
    )
    return [(row.recipient, row.channel) for row in place.rows(statement)]


def on_roll(place: Workplace | Running, village: str, alert: int = 1) -> int:
    """Return the number of a village's households on an alert's roll."""
    there = roll.c.household.startswith(village)
    return len(place.rows(select(roll.c.household).where(roll.c.alert == alert, there)))


def logged(place: Workplace | Running, alert: int = 1) -> list[Any]:
    """Return the approval entries of an alert's log."""
    about = events.c.kind.startswith("approval.")
    return place.rows(select(events).where(events.c.alert == alert, about).order_by(events.c.seq))


async def look_next_door(place: Workplace | Running, alert: int = 1) -> None:
    """Propose the villages adjacent to an alert's area, as the watchdog does."""
    now = place.runtime.clock.now()

    def unit(transaction: Transaction) -> None:
        propose_next_door(transaction, stored(transaction.connection, alert), now)

    await place.runtime.ledger.write(unit)
