"""The outbox: deliveries owed, row by row or set-wise; an insert wakes the dispatchers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    insert,
    literal,
    or_,
    select,
)

from alerting.cap.exercise import ExerciseSize
from alerting.database.bulk import ROWS, given
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Priority, Recipient
from alerting.deliveries.tables import deliveries
from alerting.ledger.hints import ANYWHERE, DELIVERIES
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.policy.sections import Channel
from contacts.directory import Officer
from contacts.division import Tier

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
        common = {_common(name): value for name, value in vars(plan).items()}
        transaction.connection.execute(_OWE, {ROWS: rows, _common("text"): text, **common})
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


def _common(name: str) -> str:
    """Return the name of the parameter of a column that is the same for every message."""
    return f"each_{name}"


_MESSAGES: Final = given(
    deliveries.c[name]
    for name in (
        *("recipient_kind", "recipient", "division", "tier"),
        *("channel", "number", "priority"),
    )
)

_TAKES_NO_PART: Final = exists().where(
    alerts.c.id == bindparam(_common("alert")),
    or_(
        and_(
            alerts.c.exercise_size == ExerciseSize.OFFICERS,
            _MESSAGES.c.recipient_kind != Recipient.OFFICER,
        ),
        and_(
            alerts.c.exercise_size == ExerciseSize.ONE_PHONE,
            _MESSAGES.c.recipient != alerts.c.exercise_only,
        ),
    ),
)

_OWE: Final = insert(deliveries).from_select(
    _COLUMNS,
    selection(
        **{
            name: bindparam(_common(name), type_=deliveries.c[name].type)
            for name in ("text", *(field.name for field in fields(Plan)))
        },
        **dict(_MESSAGES.c.items()),
    ).where(~_TAKES_NO_PART),
)


def _wake(transaction: Transaction) -> None:
    # The outbox is one queue: every dispatcher sends for every division.
    transaction.topics.add((DELIVERIES, ANYWHERE))
