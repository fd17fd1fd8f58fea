"""A household has one pending door task at a time, and earlier tasks stay stored."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, select

from alerting.doors.rules import Cause, TaskState
from alerting.doors.tables import tasks
from alerting.doors.tasks import (
    Door,
    Settled,
    assign,
    close_tasks,
    drop_tasks,
    mark_taken,
    mark_told,
    pending,
    untold,
)
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from tests.support.city import NOW, POLICY, QIANFO, after, household_code

HOME, OTHER = household_code(QIANFO, 3), household_code(QIANFO, 4)
KEY = (1, HOME)


def door(officer: str | None, household: str = HOME) -> Door:
    return Door(1, household, QIANFO, officer, Cause.SILENT, NOW)


def send(connection: Connection, doors: Sequence[Door], second: float) -> Transaction:
    transaction = Transaction(connection, POLICY)
    assign(transaction, doors, after(second))
    transaction.flush()
    return transaction


def states(connection: Connection) -> list[tuple[str | None, str, str | None]]:
    rows = connection.execute(select(tasks).order_by(tasks.c.id))
    return [(row.officer, row.state, row.closed_by) for row in rows]


def test_assigning_another_officer_passes_the_task_on(city: Engine) -> None:
    with city.begin() as connection:
        for second, officer in enumerate(["grid", "grid", "commander", None]):
            send(connection, [door(officer)], second)
        assert states(connection) == [
            ("grid", TaskState.PASSED_ON, None),
            ("commander", TaskState.PASSED_ON, None),
            (None, TaskState.OPEN, None),
        ]
        task = pending(connection, [KEY])[KEY]
        assert (task.officer, task.opened_at, task.due_at) == (None, after(3), NOW)
        kinds = connection.execute(select(events.c.kind)).scalars().all()
        assert kinds == ["task.opened"] * 3


def test_task_is_done_by_its_officer_and_answered_by_anybody_else(city: Engine) -> None:
    with city.begin() as connection:
        transaction = send(connection, [door("grid"), door("grid", OTHER)], 0)
        close_tasks(transaction, [Settled(1, HOME, "grid"), Settled(1, OTHER, "+861")], after(9))
        close_tasks(transaction, [Settled(1, HOME, "commander")], after(10))
        assert states(connection) == [
            ("grid", TaskState.DONE, "grid"),
            ("grid", TaskState.ANSWERED, "+861"),
        ]
        assert pending(connection, [KEY, (1, OTHER)]) == {}


def test_log_omits_the_phone_that_closed_a_task(city: Engine) -> None:
    with city.begin() as connection:
        send(connection, [door("grid")], 0)
        transaction = Transaction(connection, POLICY)
        close_tasks(transaction, [Settled(1, HOME, "+86100000")], after(9))
        transaction.flush()
        logged = connection.execute(
            select(events.c.payload).where(events.c.kind == "task.closed")
        ).scalar_one()
        assert "+86100000" not in logged


def test_tasks_are_dropped_with_the_alert(city: Engine) -> None:
    with city.begin() as connection:
        send(connection, [door("grid")], 0)
        drop_tasks(connection, 1, after(9))
        assert states(connection) == [("grid", TaskState.DROPPED, None)]
        send(connection, [door("grid")], 20)
        assert pending(connection, [KEY])[KEY].opened_at == after(20)


def test_taken_task_is_listed_until_its_officer_is_told(city: Engine) -> None:
    with city.begin() as connection:
        transaction = send(connection, [door("grid"), door(None, OTHER)], 0)
        mark_taken(transaction, pending(connection, [KEY])[KEY], after(5))
        assert states(connection)[0][1] == TaskState.TAKEN
        waiting = untold(connection, after(6), 10)
        assert [task.officer for task in waiting] == ["grid"]
        mark_told(connection, waiting, "4821", after(6))
        assert untold(connection, after(7), 10) == []


def test_officers_are_not_told_of_tasks_of_an_expired_alert(city: Engine) -> None:
    with city.begin() as connection:
        send(connection, [door("grid")], 0)
        assert untold(connection, after(86_399), 10)
        assert untold(connection, after(86_400), 10) == []
