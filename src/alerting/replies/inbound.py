"""Storage of incoming texts: each is kept once as it came, and once more when it has been read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, tuple_

from alerting.database.bulk import insert_missing, insert_or_fill, one_of
from alerting.deliveries.tables import deliveries, texts
from alerting.replies.tables import inbound

UNREAD: Final = "unread"
"""The reason of a text that is kept as it came, and not read yet."""

UNREADABLE: Final = "unreadable"
"""The reason of a text whose reading failed, by a fault of this service or of older rows."""

# Locks the rows, so that a second process that got the same text waits, and then finds it read.
_KEPT: Final = (
    select(inbound.c.provider_id, inbound.c.reason)
    .where(one_of(inbound.c.provider_id, "provider_ids"))
    .order_by(inbound.c.provider_id)
    .with_for_update()
)


@dataclass(frozen=True)
class Inbound:
    """An incoming text and its reading."""

    provider_id: str
    sender: str
    body: str
    received_at: datetime
    intent: str
    reason: str
    alert: int | None
    recipient: str | None
    waits: bool = False
    """True if it waits for an officer to read it."""
    suspected: bool = False
    """True if it may be a call for help."""
    media: str = ""
    """The links of what came with it, one a line."""


_COLUMNS: Final = tuple(inbound.c[each.name] for each in fields(Inbound))


def known_texts(connection: Connection, provider_ids: Collection[str]) -> set[str]:
    """Return the provider ids of the texts that have been read already."""
    rows = connection.execute(_KEPT, {"provider_ids": list(provider_ids)})
    return {row.provider_id for row in rows if row.reason != UNREAD}


def keep_as_they_came(connection: Connection, came: Sequence[Inbound]) -> None:
    """Store texts that are not read yet; skip those that are stored."""
    insert_missing(connection, inbound, [vars(one) for one in came])


def keep_texts(connection: Connection, came: Sequence[Inbound]) -> None:
    """Store texts that have been read."""
    if came:
        rows = [vars(one) for one in came]
        insert_or_fill(connection, _COLUMNS, rows, inbound.c.reason == UNREAD)


def texts_owed(
    connection: Connection, kind: str, recipients: Collection[tuple[int, str]]
) -> set[tuple[int, str]]:
    """Return which (alert, recipient) pairs have been sent, or are owed, a text of this kind."""
    rows = connection.execute(
        select(deliveries.c.alert, deliveries.c.recipient)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(
            texts.c.kind == kind,
            tuple_(deliveries.c.alert, deliveries.c.recipient).in_(list(recipients)),
        )
    )
    return {(row.alert, row.recipient) for row in rows}
