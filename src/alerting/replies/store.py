"""Rows of texts: each stored once, and the queue of those that wait for an officer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, case, exists, func, or_, select, update

from alerting.cap.lifecycle import AlertState
from alerting.database.bulk import insert_or_fill, one_of
from alerting.database.each_row import insert_each_missing, update_each
from alerting.ledger.tables import alerts
from alerting.replies.rules.intents import Intent
from alerting.replies.tables import inbound
from alerting.roll.tables import evidence
from contacts.division import subtree
from contacts.tables import HOUSEHOLDS, OFFICERS

SENDER: Final = "sender"
"""The settler of a text whose sender wrote again and was understood."""

_whose: Final = func.coalesce(HOUSEHOLDS.c.division, OFFICERS.c.division)

_TEXTS: Final = (
    select(inbound, HOUSEHOLDS.c.code.label("household"))
    .outerjoin(HOUSEHOLDS, HOUSEHOLDS.c.code == inbound.c.recipient)
    .outerjoin(OFFICERS, OFFICERS.c.id == inbound.c.recipient)
)

_FROM: Final = _TEXTS.where(inbound.c.waits, one_of(inbound.c.sender, "senders")).order_by(
    inbound.c.received_at
)


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


@dataclass
class Inbound:
    """An incoming text and its reading; not frozen, because each text makes two of 13 fields."""

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
    wrong_codes: int = 0
    code: str = ""


_COLUMNS: Final = tuple(inbound.c[each.name] for each in fields(Inbound))


_READINGS: Final = (
    "intent",
    "reason",
    "alert",
    "recipient",
    "waits",
    "suspected",
    "wrong_codes",
)
"""Columns that reading a text fills; the others are as it came, and not encrypted again."""

_KEEP: Final = insert_each_missing(_COLUMNS)

_READ: Final = update_each(
    (inbound.c[name] for name in ("provider_id", *_READINGS)),
    lambda row: (
        update(inbound)
        .where(inbound.c.provider_id == row.c.provider_id, inbound.c.reason == UNREAD)
        .values({name: row.c[name] for name in _READINGS})
    ),
)


def texts_read_before(connection: Connection, provider_ids: Collection[str]) -> set[str]:
    """Return the provider ids of the texts that have been read already."""
    rows = connection.execute(_KEPT, {"provider_ids": list(provider_ids)})
    return {row.provider_id for row in rows if row.reason != UNREAD}


def keep_as_they_came(connection: Connection, came: Sequence[Inbound]) -> None:
    """Store texts that are not read yet; skip those that are stored."""
    _KEEP.execute(connection, [vars(one) for one in came])


def keep_readings(connection: Connection, read: Sequence[Inbound]) -> None:
    """Store what was read in texts that were stored as they came."""
    _READ.execute(connection, [vars(one) for one in read])


def keep_texts(connection: Connection, came: Sequence[Inbound]) -> None:
    """Store texts that have been read."""
    if came:
        rows = [vars(one) for one in came]
        insert_or_fill(connection, _COLUMNS, rows, inbound.c.reason == UNREAD)


@dataclass(frozen=True)
class QueueScope:
    """The texts that an officer sees: those from a division, and perhaps those of strangers."""

    division: str
    strangers: bool


@dataclass(frozen=True)
class WaitingText:
    """A text that waits, or waited, for an officer to read it."""

    provider_id: str
    sender: str
    body: str
    received_at: datetime
    intent: str
    reason: str
    alert: int | None
    household: str | None
    """The household in the roster that it seems to come from."""
    waits: bool
    settled_by: str | None
    settled_at: datetime | None
    suspected: bool = False
    """True if it may be a call for help."""
    media: str = ""
    """The links of what came with it, one a line."""
    others: int = 0
    """Number of texts of the same sender that wait too and are not listed."""


_FOLDED_BEYOND: Final = 3

_in_danger: Final = case(
    (
        or_(
            inbound.c.suspected,
            inbound.c.intent == Intent.NEEDS_HELP,
            inbound.c.reason == UNREADABLE,
        ),
        0,
    ),
    (inbound.c.media != "", 1),
    else_=2,
)


def waiting_texts(
    connection: Connection, scope: QueueScope, most: int, skip: int = 0
) -> list[WaitingText]:
    """Return the texts that wait within a scope: calls for help, then pictures, then others.

    Among equals the oldest comes first. Everybody's first text comes before anybody's second, and
    at most three of a sender are listed, so that a sender of hundreds hides nobody else's.
    """
    in_order = (_in_danger, inbound.c.received_at, inbound.c.provider_id)
    waiting = (
        _within(scope)
        .where(inbound.c.waits)
        .add_columns(
            _in_danger.label("danger"),
            func.row_number().over(partition_by=inbound.c.sender, order_by=in_order).label("place"),
            func.count().over(partition_by=inbound.c.sender).label("of_sender"),
        )
        .subquery()
    )
    w = waiting.c
    others = case((w.of_sender > _FOLDED_BEYOND, w.of_sender - _FOLDED_BEYOND), else_=0)
    page = (
        select(waiting, others.label("others"))
        .where(w.place <= _FOLDED_BEYOND)
        .order_by(w.danger, w.place, w.received_at, w.provider_id)
        .limit(most)
        .offset(skip)
    )
    return [_to_text(row, row.others) for row in connection.execute(page)]


def find_text(connection: Connection, provider_id: str, scope: QueueScope) -> WaitingText | None:
    """Return a text within a scope, waiting or settled; None if there is no such text."""
    row = connection.execute(_within(scope).where(inbound.c.provider_id == provider_id)).first()
    return _to_text(row) if row else None


def waiting_from(connection: Connection, senders: Collection[str]) -> list[WaitingText]:
    """Return the texts from these phones that still wait."""
    return [_to_text(row) for row in connection.execute(_FROM, {"senders": list(senders)})]


def settle_texts(
    connection: Connection, provider_ids: Collection[str], by: str, now: datetime
) -> None:
    """Settle texts and remove them from the queue; `by` is an officer's id, or `SENDER`."""
    if provider_ids:
        connection.execute(
            update(inbound)
            .where(inbound.c.provider_id.in_(sorted(provider_ids)))
            .values(waits=False, settled_by=by, settled_at=now)
        )


def reading_of(connection: Connection, source: str) -> tuple[int, str, str, int | None] | None:
    """Return alert, household, report and people of the evidence from a text, or None."""
    row = connection.execute(
        select(evidence.c.alert, evidence.c.household, evidence.c.report, evidence.c.people).where(
            evidence.c.source == source
        )
    ).first()
    return (row.alert, row.household, row.report, row.people) if row else None


def any_open(connection: Connection) -> bool:
    """True if any alert is open, in any division."""
    return bool(
        connection.execute(select(exists().where(alerts.c.state == AlertState.OPEN))).scalar_one()
    )


def _within(scope: QueueScope) -> Select[Any]:
    seen = _whose.between(*subtree(scope.division))
    return _TEXTS.where(or_(seen, _whose.is_(None)) if scope.strangers else seen)


def _to_text(row: Any, others: int = 0) -> WaitingText:
    names = WaitingText.__dataclass_fields__.keys() - {"others"}
    return WaitingText(**{name: getattr(row, name) for name in names}, others=others)
