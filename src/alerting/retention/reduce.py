"""Removes personal data of finished alerts in short transactions, so that the service can run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, or_, select, update

from alerting.database.keys import check_keys
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.policy.policy import Policy
from alerting.retention.entries import reduce_free_text
from alerting.retention.households import reduce_households
from alerting.retention.texts import (
    delete_links,
    empty_deliveries,
    empty_incoming,
    empty_strangers,
    empty_texts,
)
from alerting.security_log.rules import SecurityEvent, SecurityKind
from alerting.security_log.store import note

_SENDER: Final = "alerting"

_Step = Callable[[Transaction, int, datetime], int]

_STEPS: Final[tuple[_Step, ...]] = (
    reduce_households,
    reduce_free_text,
    empty_texts,
    empty_deliveries,
    empty_incoming,
    delete_links,
)
"""The steps of a reduction. Each is repeated until it changes no row."""


@dataclass(frozen=True)
class DueAlert:
    """A finished alert whose personal data has been kept for the whole retention period."""

    id: int
    number: int
    origin: str
    ended_at: datetime


def due_alerts(connection: Connection, before: datetime) -> list[DueAlert]:
    """Return the alerts that ended before an instant and are not fully reduced, oldest first.

    A new entry in the log of a reduced alert makes the alert due again.
    """
    is_whole = or_(alerts.c.reduced_seq.is_(None), alerts.c.reduced_seq < alerts.c.last_seq)
    columns = alerts.c["id", "number", "origin", "ended_at"]
    rows = connection.execute(
        select(*columns).where(alerts.c.ended_at < before, is_whole).order_by(alerts.c.ended_at)
    )
    return [DueAlert(*row) for row in rows]


def reduce_due(
    engine: Engine, policy: Policy, before: datetime, now: datetime
) -> Iterator[tuple[DueAlert, int]]:
    """Reduce the alerts that ended before an instant; yield each with its number of changed rows.

    The iteration can be stopped at any time. The next one continues with what is left.
    """
    with engine.begin() as connection:
        due = due_alerts(connection, before)
    for alert in due:
        yield alert, _reduce(engine, policy, alert, now)


def reduce_strangers(engine: Engine, before: datetime) -> int:
    """Empty incoming texts older than `before` that belong to no alert; return how many."""
    total = 0
    while done := _committed(engine, lambda connection: empty_strangers(connection, before)):
        total += done
    return total


def _reduce(engine: Engine, policy: Policy, alert: DueAlert, now: datetime) -> int:
    total = 0
    for step in _STEPS:

        def part(connection: Connection, step: _Step = step) -> int:
            transaction = Transaction(connection, policy)
            transaction.lock([alert.id])
            done = step(transaction, alert.id, now)
            transaction.flush()
            return done

        while done := _committed(engine, part):
            total += done

    def end(connection: Connection) -> int:
        of = alerts.c
        whole = {"reduced_seq": of.last_seq, "reduced_to": None}
        connection.execute(update(alerts).where(of.id == alert.id).values(whole))
        told = f"alert {alert.id}: {total} rows"
        kind = SecurityKind.PERSONAL_DATA_REDUCED
        note(connection, SecurityEvent(kind, alert.origin, sender=_SENDER, detail=told), now)
        return 0

    _committed(engine, end)
    return total


def _committed(engine: Engine, part: Callable[[Connection], int]) -> int:
    """Run one part in its own transaction; return the number of rows that it changed."""
    with engine.begin() as connection:
        check_keys(connection)
        if engine.dialect.name == "sqlite":
            # SQLite then overwrites deleted content instead of only freeing its pages.
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        return part(connection)
