"""Removes the words, phones and links of an alert's texts, up to 1,000 rows per transaction."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, or_, select, update

from alerting.deliveries.tables import deliveries, links, texts
from alerting.ledger.writer import Transaction
from alerting.replies.tables import inbound

_AT_ONCE: Final = 1_000

_TAKEN_IN: Final = ("sender", "body", "media", "code")
"""The columns of an incoming text that hold personal data."""

_HAS_WORDS: Final = or_(*(inbound.c[name] != "" for name in _TAKEN_IN))


def empty_texts(transaction: Transaction, alert: int, now: datetime) -> int:
    """Empty up to 1,000 of the composed texts of an alert; return how many."""
    mine = and_(texts.c.alert == alert, or_(texts.c.body != "", texts.c.facts != ""))
    return _empty(transaction.connection, texts, mine, {"body": "", "facts": ""})


def empty_deliveries(transaction: Transaction, alert: int, now: datetime) -> int:
    """Remove the phone numbers of up to 1,000 deliveries; return how many."""
    mine = and_(deliveries.c.alert == alert, deliveries.c.number != "")
    return _empty(transaction.connection, deliveries, mine, {"number": ""})


def empty_incoming(transaction: Transaction, alert: int, now: datetime) -> int:
    """Empty up to 1,000 of the incoming texts of an alert; return how many."""
    return _empty_incoming(transaction.connection, and_(inbound.c.alert == alert, _HAS_WORDS))


def empty_strangers(connection: Connection, before: datetime) -> int:
    """Empty up to 1,000 incoming texts older than `before` without an alert; return how many."""
    old = and_(inbound.c.alert.is_(None), inbound.c.received_at < before, _HAS_WORDS)
    return _empty_incoming(connection, old)


def delete_links(transaction: Transaction, alert: int, now: datetime) -> int:
    """Delete up to 1,000 links to the pages of households; return how many."""
    of = links.c
    some = select(of.household).where(of.alert == alert).order_by(of.household).limit(_AT_ONCE)
    theirs = delete(links).where(of.alert == alert, of.household.in_(some))
    return transaction.connection.execute(theirs).rowcount


def _empty_incoming(connection: Connection, condition: ColumnElement[bool]) -> int:
    # An empty text cannot be read, so it need not wait for an officer.
    return _empty(connection, inbound, condition, dict.fromkeys(_TAKEN_IN, "") | {"waits": False})


def _empty(
    connection: Connection, table: Table, condition: ColumnElement[bool], values: dict[str, Any]
) -> int:
    (key,) = table.primary_key
    some = select(key).where(condition).limit(_AT_ONCE)
    return connection.execute(update(table).where(key.in_(some)).values(values)).rowcount
