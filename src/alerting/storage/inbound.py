"""Texts that came in, each kept once, and the confirmations of officers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, insert, select, tuple_

from alerting.storage.bulk import ROWS, insert_given, one_of
from alerting.storage.ledger import Transaction
from alerting.storage.officer_calls import end_calls
from alerting.storage.senders import RAISED, CalledOfficer
from alerting.storage.tables import confirmations, deliveries, inbound, texts

CONFIRMED: Final = "officer.confirmed"
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


def confirm(
    transaction: Transaction, officers: Sequence[CalledOfficer], channel: str, now: datetime
) -> None:
    """Record that officers heard the call, and follow their silence no more.

    Who confirmed before stays as recorded then; but a word takes the place of having raised it.
    """
    if not officers:
        return
    transaction.lock([officer.alert for officer in officers])
    wanted = {(officer.alert, officer.officer): officer for officer in officers}
    known = transaction.connection.execute(
        select(confirmations.c.alert, confirmations.c.officer).where(
            _of(wanted), confirmations.c.channel != RAISED
        )
    )
    for row in known:
        del wanted[row.alert, row.officer]
    if not wanted:
        return
    end_calls(transaction.connection, wanted, now)
    transaction.connection.execute(delete(confirmations).where(_of(wanted)))
    for officer in wanted.values():
        seq = transaction.append(
            officer.alert,
            CONFIRMED,
            now,
            division=officer.division,
            subject=officer.officer,
            payload={"channel": channel},
        )
        transaction.connection.execute(
            insert(confirmations).values(
                alert=officer.alert,
                officer=officer.officer,
                given_at=now,
                channel=channel,
                seq=seq,
            )
        )


def _of(officers: Collection[tuple[int, str]]) -> ColumnElement[bool]:
    return tuple_(confirmations.c.alert, confirmations.c.officer).in_(list(officers))
