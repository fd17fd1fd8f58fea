"""The outbox: deliveries owed, row by row or set-wise; an insert wakes the dispatchers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    column,
    exists,
    insert,
    literal,
    or_,
    select,
    true,
    union_all,
)

from alerting.cap.exercise import ExerciseSize
from alerting.database.bulk import ROWS, rows_parameter
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Priority, Recipient
from alerting.deliveries.tables import deliveries
from alerting.ledger.hints import ANYWHERE, DELIVERIES
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.policy.sections import Channel
from contacts.directory import CallableOfficer, Officer
from contacts.division import Tier, tier_of
from contacts.tables import OFFICER_PHONES

_NEW: Final[dict[str, Any]] = {"state": DeliveryState.QUEUED, "attempts": 0}

COPIED: Final = (
    *("alert", "recipient_kind", "recipient", "division", "tier", "channel", "number"),
    *("priority", "seq"),
)
"""Columns that a new delivery copies from the one that it follows."""

_COLUMNS: Final = (*COPIED, "text", "due_at", "expires_at", *_NEW)


@dataclass(frozen=True)
class Plan:
    """Columns common to every delivery of one planning step."""

    alert: int
    seq: int
    """Sequence number of the log entry that caused these deliveries."""
    due_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Addressee:
    """Somebody who is owed a message at one phone; `number` is empty if the channel uses none."""

    kind: Recipient
    code: str
    division: str
    tier: Tier
    number: str

    @classmethod
    def officer(cls, officer: Officer, number: str = "") -> Self:
        """Return an officer as addressee, at this phone."""
        return cls(Recipient.OFFICER, officer.id, officer.division, officer.tier, number)


@dataclass(frozen=True)
class OutboxEntry:
    """A new delivery: to one addressee, by one channel."""

    to: Addressee
    channel: Channel
    priority: Priority


def owe(transaction: Transaction, plan: Plan, text: int, entries: Iterable[OutboxEntry]) -> None:
    """Put new deliveries of the frozen text `text` into the outbox by one statement.

    Deliveries to those who take no part in an exercise are left out, whatever caused them. Those
    that are selected from the roll need no such check: nobody else is on it.
    """
    rows = [_row(entry) for entry in entries]
    if rows:
        shared = {_shared(name): value for name, value in vars(plan).items()}
        transaction.connection.execute(_OWE, {ROWS: rows, _shared("text"): text, **shared})
        _wake(transaction)


def owe_rows(transaction: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put these new deliveries into the outbox."""
    if rows:
        transaction.connection.execute(insert(deliveries), [{**row, **_NEW} for row in rows])
        _wake(transaction)


def owe_selected(transaction: Transaction, chosen: Select[Any]) -> None:
    """Put the rows of `chosen`, made by `selection`, into the outbox by one statement."""
    insertion = insert(deliveries).from_select(_COLUMNS, chosen)
    # Without this option SQLAlchemy's rowcount of an INSERT is -1 on PostgreSQL.
    counted = insertion.execution_options(preserve_rowcount=True)
    if transaction.connection.execute(counted).rowcount:
        _wake(transaction)


def selection(**values: Any) -> Select[Any]:
    """Return a SELECT of one new delivery a row; the caller adds FROM and WHERE.

    `values` names each column except those with a fixed initial value; a value is an SQL
    expression, or a constant for all rows.
    """
    each = values | _NEW
    return select(*(_expression(name, each[name]) for name in _COLUMNS))


def _expression(name: str, value: Any) -> ColumnElement[Any]:
    is_expression = isinstance(value, ColumnElement)
    return value if is_expression else literal(value, deliveries.c[name].type)


def _row(entry: OutboxEntry) -> dict[str, Any]:
    to = entry.to
    return {
        "recipient_kind": to.kind,
        "recipient": to.code,
        "division": to.division,
        "tier": to.tier,
        "channel": entry.channel,
        "number": to.number,
        "priority": entry.priority,
    }


def _shared(name: str) -> str:
    """Return the name of the parameter of a column that is the same for every message."""
    return f"shared_{name}"


def owe_calls(
    transaction: Transaction, plan: Plan, calls: Sequence[tuple[CallableOfficer, int]]
) -> None:
    """Owe officers their text by websocket, and by SMS to the first phone of those who have one.

    `calls` are officers with the id of the frozen text that each reads, in the order of sending.
    One statement copies the numbers as they are encrypted: a city calls thousands.
    """
    rows = [
        {
            "rank": rank,
            "recipient": officer.id,
            "division": officer.division,
            "tier": tier_of(officer.division),
            "text": text,
        }
        for rank, (officer, text) in enumerate(calls)
    ]
    if rows:
        shared = {_shared(name): value for name, value in vars(plan).items()}
        transaction.connection.execute(_OWE_CALLS, {ROWS: rows, **shared})
        _wake(transaction)


_MESSAGES: Final = rows_parameter(
    deliveries.c[name]
    for name in (
        *("recipient_kind", "recipient", "division", "tier"),
        *("channel", "number", "priority"),
    )
)


def _takes_no_part(kind: ColumnElement[str], recipient: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(
        alerts.c.id == bindparam(_shared("alert")),
        or_(
            and_(
                alerts.c.exercise_size == ExerciseSize.OFFICERS,
                kind != Recipient.OFFICER,
            ),
            and_(
                alerts.c.exercise_size == ExerciseSize.ONE_PHONE,
                recipient != alerts.c.exercise_only,
            ),
        ),
    )


_PLAN: Final = {
    each.name: bindparam(_shared(each.name), type_=deliveries.c[each.name].type)
    for each in fields(Plan)
}

_OWE: Final = insert(deliveries).from_select(
    _COLUMNS,
    selection(
        **_PLAN,
        text=bindparam(_shared("text"), type_=deliveries.c.text.type),
        **dict(_MESSAGES.c.items()),
    ).where(~_takes_no_part(_MESSAGES.c.recipient_kind, _MESSAGES.c.recipient)),
)

_CALLS: Final = rows_parameter(
    [column("rank", Integer), *deliveries.c["recipient", "division", "tier", "text"]]
)

_BY: Final = union_all(
    *(select(literal(each, Text).label("channel")) for each in (Channel.WEBSOCKET, Channel.SMS))
).subquery()

_BY_SMS: Final = _BY.c.channel == Channel.SMS

_PHONE_OF_CALL: Final = and_(
    _BY_SMS, OFFICER_PHONES.c.officer == _CALLS.c.recipient, OFFICER_PHONES.c.position == 0
)

_HAS_PHONE: Final = OFFICER_PHONES.c.officer.is_not(None)

_OWE_CALLS: Final = insert(deliveries).from_select(
    _COLUMNS,
    selection(
        **_PLAN,
        **dict(_CALLS.c["recipient", "division", "tier", "text"].items()),
        recipient_kind=Recipient.OFFICER,
        channel=_BY.c.channel,
        number=case((_HAS_PHONE, OFFICER_PHONES.c.number), else_=literal("", Text)),
        priority=Priority.OFFICER,
    )
    .select_from(_CALLS.join(_BY, true()).outerjoin(OFFICER_PHONES, _PHONE_OF_CALL))
    .where(
        or_(~_BY_SMS, _HAS_PHONE),
        ~_takes_no_part(literal(Recipient.OFFICER.value, Text), _CALLS.c.recipient),
    )
    # The first tier is sent its texts first: the order of ids is that of sending.
    .order_by(_CALLS.c.rank, _BY_SMS),
)


def _wake(transaction: Transaction) -> None:
    # The outbox is one queue: every dispatcher sends for every division.
    transaction.topics.add((DELIVERIES, ANYWHERE))
