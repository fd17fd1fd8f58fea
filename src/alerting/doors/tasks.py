"""Assign door tasks, pass them on, and close them when their households are settled."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, case, func, insert, literal_column, select, update

from alerting.cap.lifecycle import AlertState
from alerting.database.bulk import one_of
from alerting.doors.rules import PENDING, Cause, TaskState
from alerting.doors.tables import tasks
from alerting.ledger.events.officers import TaskClosed, TaskOpened, TaskTaken
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.roll.entries import HouseholdKey

# The states are literals, because the partial index on pending tasks works only with literals.
_IS_PENDING: Final = tasks.c.state.in_([literal_column(f"'{state}'") for state in sorted(PENDING)])

_PENDING_OF: Final = select(tasks).where(
    tasks.c.alert == bindparam("of_alert"),
    one_of(tasks.c.household, "households"),
    _IS_PENDING,
)


@dataclass(frozen=True)
class Door:
    """A household's door, with the officer to send; `officer` is None if there is none."""

    alert: int
    household: str
    division: str
    officer: str | None
    cause: Cause
    due_at: datetime


@dataclass(frozen=True)
class Task(Door):
    """A door task, pending or closed."""

    id: int
    state: TaskState
    opened_at: datetime
    taken_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None


@dataclass(frozen=True)
class Settled:
    """A household that needs no visit any more; `by` is the officer or phone that reported it."""

    alert: int
    household: str
    by: str | None


def pending(connection: Connection, keys: Iterable[HouseholdKey]) -> dict[HouseholdKey, Task]:
    """Return the pending tasks of these households, by alert and household."""
    households: dict[int, list[str]] = defaultdict(list)
    for alert, household in keys:
        households[alert].append(household)
    return {
        (alert, row.household): to_task(row)
        for alert, codes in households.items()
        for row in connection.execute(_PENDING_OF, {"of_alert": alert, "households": codes})
    }


def assign(transaction: Transaction, doors: Sequence[Door], now: datetime) -> None:
    """Open a task for each door, and mark another officer's pending task as passed on.

    If the pending task already belongs to the officer, nothing changes, so nobody is sent twice.
    """
    connection = transaction.connection
    before = pending(connection, [(door.alert, door.household) for door in doors])
    new = [door for door in doors if _is_news(before.get((door.alert, door.household)), door)]
    transaction.lock(sorted({door.alert for door in new}))
    passed_on = [task.id for door in new if (task := before.get((door.alert, door.household)))]
    if passed_on:
        connection.execute(
            update(tasks)
            .where(tasks.c.id.in_(passed_on))
            .values(state=TaskState.PASSED_ON, closed_at=now)
        )
    if new:
        connection.execute(insert(tasks), [_opened(transaction, door, now) for door in new])


def count_pending(connection: Connection, officer: str) -> int:
    """Return the number of an officer's pending door tasks."""
    query = select(func.count()).select_from(tasks).where(tasks.c.officer == officer, _IS_PENDING)
    return connection.scalars(query).one()


def mark_taken(transaction: Transaction, task: Task, now: datetime) -> None:
    """Record and log that the task's officer is on the way."""
    transaction.append(
        task.alert,
        TaskTaken(officer=task.officer),
        now,
        division=task.division,
        subject=task.household,
    )
    transaction.connection.execute(
        update(tasks)
        .where(tasks.c.id == task.id, tasks.c.state == TaskState.OPEN)
        .values(state=TaskState.TAKEN, taken_at=now)
    )


_UNTOLD: Final = (
    select(tasks)
    .join(alerts, alerts.c.id == tasks.c.alert)
    .where(
        _IS_PENDING,
        tasks.c.told_at.is_(None),
        tasks.c.officer.is_not(None),
        alerts.c.state == AlertState.OPEN,
        alerts.c.expires > bindparam("now"),
    )
    .order_by(tasks.c.alert, tasks.c.officer, tasks.c.id)
    .limit(bindparam("most"))
)


def untold(connection: Connection, now: datetime, most: int) -> list[Task]:
    """Return up to `most` pending tasks of open alerts about which no text is queued yet."""
    return [to_task(row) for row in connection.execute(_UNTOLD, {"now": now, "most": most})]


def mark_told(connection: Connection, told: Sequence[Task], code: str, now: datetime) -> None:
    """Record that a text with this code about these tasks is queued for their officer."""
    ids = [task.id for task in told]
    connection.execute(update(tasks).where(tasks.c.id.in_(ids)).values(told_at=now, code=code))


_CLOSE: Final = (
    update(tasks)
    .where(tasks.c.id == bindparam("task"))
    .values(
        state=case(
            (tasks.c.officer == bindparam("by"), TaskState.DONE.value),
            else_=TaskState.ANSWERED.value,
        ),
        closed_at=bindparam("at", type_=tasks.c.closed_at.type),
        closed_by=bindparam("closer"),
    )
)


def close_tasks(transaction: Transaction, settled: Sequence[Settled], now: datetime) -> None:
    """Close and log the pending tasks of settled households."""
    by_key = {(one.alert, one.household): one for one in settled}
    ended = [(task, by_key[key]) for key, task in pending(transaction.connection, by_key).items()]
    for task, one in ended:
        transaction.append(
            task.alert,
            TaskClosed(officer=task.officer, by=one.by if one.by == task.officer else None),
            now,
            division=task.division,
            subject=task.household,
        )
    if ended:
        transaction.connection.execute(
            _CLOSE,
            [{"task": task.id, "by": one.by, "closer": one.by, "at": now} for task, one in ended],
        )


def drop_tasks(connection: Connection, alert: int, now: datetime) -> None:
    """Mark the pending tasks of an alert that is over as dropped."""
    connection.execute(
        update(tasks)
        .where(tasks.c.alert == alert, _IS_PENDING)
        .values(state=TaskState.DROPPED, closed_at=now)
    )


def to_task(row: Any) -> Task:
    """Return the `Task` for a row of the tasks table."""
    return Task(
        alert=row.alert,
        household=row.household,
        division=row.division,
        officer=row.officer,
        cause=Cause(row.cause),
        due_at=row.due_at,
        id=row.id,
        state=TaskState(row.state),
        opened_at=row.opened_at,
        taken_at=row.taken_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
    )


def _is_news(task: Task | None, door: Door) -> bool:
    return task is None or task.officer != door.officer


def _opened(transaction: Transaction, door: Door, now: datetime) -> dict[str, Any]:
    seq = transaction.append(
        door.alert,
        TaskOpened(officer=door.officer, cause=door.cause),
        now,
        division=door.division,
        subject=door.household,
    )
    return {
        "alert": door.alert,
        "household": door.household,
        "division": door.division,
        "officer": door.officer,
        "cause": door.cause,
        "state": TaskState.OPEN,
        "due_at": door.due_at,
        "opened_at": now,
        "seq": seq,
    }
