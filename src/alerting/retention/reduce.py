"""Reduction of finished alerts, in transactions short enough for the service beside it."""

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
"""The steps of a reduction, each repeated until nothing is left."""


@dataclass(frozen=True)
class DueAlert:
    """A finished alert whose personal content is past its retention."""

    id: int
    number: int
    origin: str
    ended_at: datetime


def due_alerts(connection: Connection, before: datetime) -> list[DueAlert]:
    """Return the alerts that ended before an instant and are not reduced, oldest first.

    A new entry in a reduced alert's log makes it due again.
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
    """Reduce the alerts that are due; yield each with the number of rows that changed.

    It can be ended at any time and begun again: what is reduced is not reduced twice.
    """
    with engine.begin() as connection:
        due = due_alerts(connection, before)
    for alert in due:
        yield alert, _reduce(engine, policy, alert, now)


def reduce_strangers(engine: Engine, before: datetime) -> int:
    """Empty the texts from before an instant that belong to no alert; return how many."""
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
    """Do a part in a transaction of its own, and return what it did."""
    with engine.begin() as connection:
        check_keys(connection)
        if engine.dialect.name == "sqlite":
            # Deleted content is overwritten, not only released.
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        return part(connection)
