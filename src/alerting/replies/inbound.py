"""Storage of incoming texts, each stored once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, tuple_

from alerting.database.bulk import ROWS, insert_given, one_of
from alerting.deliveries.tables import deliveries, texts
from alerting.replies.tables import inbound

_KNOWN: Final = select(inbound.c.provider_id).where(one_of(inbound.c.provider_id, "provider_ids"))


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


_KEEP: Final = insert_given(inbound.c[each.name] for each in fields(Inbound))


def known_texts(connection: Connection, provider_ids: Collection[str]) -> set[str]:
    """Return the provider ids that are stored already."""
    return set(connection.execute(_KNOWN, {"provider_ids": list(provider_ids)}).scalars())


def keep_texts(connection: Connection, came: Sequence[Inbound]) -> None:
    """Store incoming texts."""
    if came:
        connection.execute(_KEEP, {ROWS: [vars(one) for one in came]})


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
