"""Texts that came in, each kept once."""

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
    """A text as it came in, and how it was read."""

    provider_id: str
    sender: str
    body: str
    received_at: datetime
    intent: str
    reason: str
    alert: int | None
    recipient: str | None
    waits: bool = False
    """Whether it waits for an officer to work it off."""
    suspected: bool = False
    """Whether it may be a call for help."""


_KEEP: Final = insert_given(inbound.c[each.name] for each in fields(Inbound))


def known_texts(connection: Connection, provider_ids: Collection[str]) -> set[str]:
    """Return which of these messages were taken in before."""
    return set(connection.execute(_KNOWN, {"provider_ids": list(provider_ids)}).scalars())


def keep_texts(connection: Connection, came: Sequence[Inbound]) -> None:
    """Write texts that came in."""
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
