"""The last text and the last call that were owed to a household, and at whose word."""

import json
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, select

from alerting.core.asking import LastTry
from alerting.core.delivery import DeliveryState
from alerting.core.plan import Channel, Recipient
from alerting.storage.reminders import REMINDED
from alerting.storage.tables import deliveries, events

ASKED: Final = "household.asked"
_OWED: Final = (
    select(
        deliveries.c.channel,
        deliveries.c.due_at,
        deliveries.c.state,
        events.c.kind,
        events.c.subject,
        events.c.payload,
    )
    # A log entry is written as its transaction ends; what it owes is there before.
    .outerjoin(events, and_(events.c.alert == deliveries.c.alert, events.c.seq == deliveries.c.seq))
    .where(
        deliveries.c.alert == bindparam("of_alert"),
        deliveries.c.recipient == bindparam("of_household"),
        deliveries.c.recipient_kind == Recipient.HOUSEHOLD,
    )
    .order_by(deliveries.c.id)
)


def last_tries(connection: Connection, alert: int, household: str) -> dict[Channel, LastTry]:
    """Return the last try by each channel by which a household was tried."""
    rows = connection.execute(_OWED, {"of_alert": alert, "of_household": household})
    tries = [
        LastTry(Channel(row.channel), row.due_at, DeliveryState(row.state), _ordered_by(row))
        for row in rows
    ]
    return {one.channel: one for one in tries}


def _ordered_by(row: Any) -> str | None:
    if row.kind == ASKED:
        return str(json.loads(row.payload)["by"])
    return (row.subject or None) if row.kind == REMINDED else None
