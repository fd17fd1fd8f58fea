"""Texts that tell officers their new door tasks; tasks that come together share one text."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from sqlalchemy import Connection

from alerting.deliveries.outbox import Plan
from alerting.deliveries.plan import notify_officers
from alerting.doors.tasks import Task, mark_told, untold
from alerting.ledger.alerts import StoredAlert, stored
from alerting.ledger.events.officers import TasksTold
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextFacts, TextKind
from alerting.roll.escalation import households_due
from contacts.directory import officers_named
from contacts.division import number_of
from contacts.place_names import short_names

_AT_ONCE: Final = 1_000


def tell_doors(transaction: Transaction, now: datetime) -> int:
    """Owe officers a text about their new door tasks; return the number of tasks told."""
    connection = transaction.connection
    if households_due(connection, now, 1):
        return 0  # More tasks are due now: wait, so that one text tells all.
    waiting = untold(connection, now, _AT_ONCE)
    for alert, told in groupby(waiting, key=lambda task: task.alert):
        _tell(transaction, stored(connection, alert), list(told), now)
    mark_told(connection, waiting, now)
    return len(waiting)


def _tell(
    transaction: Transaction, alert: StoredAlert, told: Sequence[Task], now: datetime
) -> None:
    connection = transaction.connection
    officers = officers_named(connection, {task.officer for task in told if task.officer})
    by_officer = groupby(told, key=lambda task: task.officer)
    for officer, doors in ((officers.get(id_ or ""), list(tasks)) for id_, tasks in by_officer):
        if officer is None:
            continue  # No longer in the roster: the ladder passes the task on.
        facts = TextFacts(status=alert.status, count=len(doors), listed=_numbers(connection, doors))
        seq = transaction.append(
            alert.id,
            TasksTold(doors=len(doors)),
            now,
            division=officer.division,
            subject=officer.id,
        )
        plan = Plan(alert.id, seq, due_at=now, expires_at=alert.expires)
        notify_officers(transaction, plan, TextKind.DOORS, facts, [officer])


def _numbers(connection: Connection, doors: Sequence[Task]) -> str:
    """Return the households' numbers, with village names if there are several villages."""
    divisions = sorted({door.division for door in doors})
    names = short_names(connection, divisions) if len(divisions) > 1 else {}
    return " ".join(
        names.get(division, "")
        + " ".join(number_of(d.household) for d in doors if d.division == division)
        for division in divisions
    )
