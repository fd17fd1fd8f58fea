"""The outbox: functions that queue deliveries, one by one or in sets, and wake the dispatchers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union_all,
)

from alerting.cap.exercise import ExerciseSize
from alerting.database.bulk import ROWS, pairs_parameter, rows_parameter
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Priority, Recipient
from alerting.deliveries.tables import deliveries
from alerting.ledger.hints import ANYWHERE, DELIVERIES
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.policy.sections import Channel
from contacts.directory import CallableOfficer, Officer
from contacts.division import TIER_BY_DIGITS, Tier
from contacts.tables import OFFICER_PHONES, OFFICERS

_NEW: Final[dict[str, Any]] = {"state": DeliveryState.QUEUED, "attempts": 0}

COPIED: Final = (
    *("alert", "recipient_kind", "recipient", "division", "tier", "channel", "number"),
    *("priority", "seq"),
)
"""Columns that a follow-up delivery copies from the earlier delivery."""

_COLUMNS: Final = (*COPIED, "text", "due_at", "expires_at", *_NEW)


@dataclass(frozen=True)
class Plan:
    """The columns that all deliveries of one planning step share."""

    alert: int
    seq: int
    """Sequence number of the log entry that caused these deliveries."""
    due_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Addressee:
    """A recipient at one phone; `number` is empty if the channel uses no phone number."""

    kind: Recipient
    code: str
    division: str
    tier: Tier
    number: str

    @classmethod
    def officer(cls, officer: Officer, number: str = "") -> Self:
        """Return an officer as the addressee at this phone."""
        return cls(Recipient.OFFICER, officer.id, officer.division, officer.tier, number)


@dataclass(frozen=True)
class OutboxEntry:
    """A delivery to be queued: to one addressee, by one channel."""

    to: Addressee
    channel: Channel
    priority: Priority


def owe(transaction: Transaction, plan: Plan, text: int, entries: Iterable[OutboxEntry]) -> None:
    """Queue deliveries of the text with the id `text`, in one statement.

    In an exercise for officers or for one phone, deliveries to all others are left out.
    `owe_selected` needs no such check, because it selects recipients who already take part.
    """
    rows = [_row(entry) for entry in entries]
    if rows:
        shared = {_shared("text"): text, **values_of(plan)}
        transaction.connection.execute(_OWE, {ROWS: rows, **shared})
        _wake(transaction)


def owe_rows(transaction: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Queue deliveries with these column values; the state and attempts are filled in."""
    if rows:
        transaction.connection.execute(insert(deliveries), [{**row, **_NEW} for row in rows])
        _wake(transaction)


def owe_selected(transaction: Transaction, chosen: Select[Any]) -> None:
    """Queue the deliveries that `chosen` selects, in one statement; `selection` makes `chosen`."""
    owe_inserted(transaction, inserting(chosen), {})


def inserting(chosen: Select[Any]) -> Insert:
    """Return a statement for `owe_inserted` that queues the deliveries that `chosen` selects."""
    insertion = insert(deliveries).from_select(_COLUMNS, chosen)
    # Without this option, SQLAlchemy reports a rowcount of -1 for an INSERT on PostgreSQL.
    return insertion.execution_options(preserve_rowcount=True)


def owe_inserted(transaction: Transaction, insertion: Insert, values: Mapping[str, Any]) -> None:
    """Queue deliveries by a statement made by `inserting`; `values` are its parameters."""
    if transaction.connection.execute(insertion, values).rowcount:
        _wake(transaction)


def selection(**values: Any) -> Select[Any]:
    """Return a SELECT with one row for each new delivery; the caller adds FROM and WHERE.

    `values` maps every column to an SQL expression or a constant, except the columns with a fixed
    initial value.
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
    """Return the parameter name for a column that has the same value in every delivery."""
    return f"shared_{name}"


def values_of(plan: Plan) -> dict[str, Any]:
    """Return the values of the parameters in `OF_PLAN`."""
    return {_shared(name): value for name, value in vars(plan).items()}


def owe_calls(
    transaction: Transaction, plan: Plan, calls: Sequence[tuple[CallableOfficer, int]]
) -> None:
    """Queue a text for each officer by websocket, and by SMS to the officer's first phone if any.

    `calls` pairs each officer with a text id, in the order of sending. One statement copies the
    encrypted phone numbers without decrypting them, because a city may call thousands of officers.
    """
    if calls:
        texts = {officer.id: text for officer, text in calls}
        transaction.connection.execute(_OWE_CALLS, {ROWS: texts, **values_of(plan)})
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


OF_PLAN: Final = {
    each.name: bindparam(_shared(each.name), type_=deliveries.c[each.name].type)
    for each in fields(Plan)
}
"""A parameter for each column of a `Plan`, by the column's name."""

_OWE: Final = insert(deliveries).from_select(
    _COLUMNS,
    selection(
        **OF_PLAN,
        text=bindparam(_shared("text"), type_=deliveries.c.text.type),
        **dict(_MESSAGES.c.items()),
    ).where(~_takes_no_part(_MESSAGES.c.recipient_kind, _MESSAGES.c.recipient)),
)

_CALLS: Final = pairs_parameter(deliveries.c.recipient, deliveries.c.text)

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
        **OF_PLAN,
        **dict(_CALLS.c["recipient", "text"].items()),
        division=OFFICERS.c.division,
        tier=case(TIER_BY_DIGITS, value=func.length(OFFICERS.c.division)),
        recipient_kind=Recipient.OFFICER,
        channel=_BY.c.channel,
        number=case((_HAS_PHONE, OFFICER_PHONES.c.number), else_=literal("", Text)),
        priority=Priority.OFFICER,
    )
    .select_from(
        _CALLS.join(OFFICERS, OFFICERS.c.id == _CALLS.c.recipient)
        .join(_BY, true())
        .outerjoin(OFFICER_PHONES, _PHONE_OF_CALL)
    )
    .where(
        or_(~_BY_SMS, _HAS_PHONE),
        ~_takes_no_part(literal(Recipient.OFFICER.value, Text), _CALLS.c.recipient),
    )
    # Ids decide the order of sending, so the rows are inserted in the order of `calls`.
    .order_by(_CALLS.c.place, _BY_SMS),
)


def _wake(transaction: Transaction) -> None:
    # All divisions share one queue, so every dispatcher is woken.
    transaction.topics.add((DELIVERIES, ANYWHERE))
