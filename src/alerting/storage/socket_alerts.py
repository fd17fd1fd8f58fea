"""Alerts owed to officers by websocket: handed over when one is connected."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from alerting.core.delivery import DeliveryState
from alerting.core.health import Provider
from alerting.core.plan import Channel
from alerting.storage.claims import Claimed, to_claimed
from alerting.storage.corrections import owe_late
from alerting.storage.ends import RECEIPTED, log_ends
from alerting.storage.ledger import Transaction
from alerting.storage.links import texts_of
from alerting.storage.tables import deliveries

_SOCKET: Final = Provider("websocket", Channel.WEBSOCKET, ("websocket",))


def waiting_for_socket(connection: Connection, officer: str, now: datetime) -> list[Claimed]:
    """Return the alerts owed to an officer by websocket and not yet written to one."""
    rows = connection.execute(
        select(deliveries)
        .where(
            deliveries.c.state == DeliveryState.QUEUED,
            deliveries.c.channel == Channel.WEBSOCKET,
            deliveries.c.recipient == officer,
            deliveries.c.expires_at > now,
        )
        .order_by(deliveries.c.id)
    ).all()
    frozen = texts_of(connection, rows)
    return [to_claimed(row, frozen[row.id], _SOCKET, "", now) for row in rows]


def written_to_socket(transaction: Transaction, written: Sequence[Claimed], now: datetime) -> None:
    """Record that these websocket deliveries were handed to their officer's socket."""
    transaction.lock([claimed.alert for claimed in written])
    transaction.connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_([claimed.delivery for claimed in written]))
        .values(state=DeliveryState.DELIVERED, attempts=deliveries.c.attempts + 1)
    )
    log_ends(transaction, RECEIPTED, now, [(c.alert, DeliveryState.DELIVERED) for c in written])
    # An alert that ended while it was being written is followed by its end.
    owe_late(transaction.connection, [claimed.delivery for claimed in written], now)
