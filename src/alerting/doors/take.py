"""Take a door task, send an officer to a door, or hand a task on to another officer."""

from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from alerting.access.command import Command, carry_out
from alerting.access.rules import Act, Ruling, rule
from alerting.access.scope import refusal
from alerting.doors.listing import ListedDoor, door
from alerting.doors.rules import PENDING, Cause
from alerting.doors.tasks import Door, Task, assign, mark_taken, pending
from alerting.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from alerting.ledger.writer import Transaction
from alerting.roll.entries import entries
from alerting.runtime import Runtime
from contacts.directory import Officer, officer
from contacts.division import covers


async def hand_on(
    runtime: Runtime, caller: Officer, alert_id: int, household: str, to: str
) -> ListedDoor:
    """Assign a household's door task to the officer `to`, and end any other pending task.

    Officers may hand on their own tasks. Commanders and duty officers may send any officer who may
    report on the household.

    Raises:
        NotFoundError: if the alert or the household is not within the caller's division.
        ForbiddenError: if the task is not the caller's and the caller may not send officers.
        InvalidError: if `to` is unknown or may not report on the household.
    """
    return await carry_out(runtime, caller, alert_id, partial(_hand_on, household=household, to=to))


def _hand_on(command: Command, household: str, to: str) -> ListedDoor:
    connection, caller = command.connection, command.caller
    key = command.alert.id, household
    entry = entries(connection, [key]).get(key)
    if entry is None or not covers(caller.division, household):
        raise NotFoundError(
            f"there is no household {household} on the roll within your division",
            f"您管理范围内的预警名单上没有户{household}",
        )
    task = pending(connection, [key]).get(key)
    is_own = task is not None and task.officer == caller.id
    may_send = rule(caller.role, caller.division, Act.SEND, household) is Ruling.ALLOWED
    if not is_own and not may_send:
        raise ForbiddenError(*refusal(caller, Act.SEND))
    _check_other(connection, to, household)
    due_at = task.due_at if task else command.now
    handed_on = Door(*key, entry.division, to, Cause.HANDED_ON, due_at)
    assign(command.transaction, [handed_on], command.now)
    return _listed(connection, pending(connection, [key])[key].id)


def _listed(connection: Connection, task_id: int) -> ListedDoor:
    found = door(connection, task_id)
    if found is None:
        raise NotFoundError(f"there is no task {task_id}", f"没有入户任务{task_id}")
    return found


def _check_other(connection: Connection, to: str, household: str) -> None:
    other = officer(connection, to)
    if other is None:
        raise InvalidError(
            "officer",
            f"there is no officer {to!r}: name an officer from the roster",
            f"没有责任人{to}：请选名册上的责任人",
        )
    if rule(other.role, other.division, Act.REPORT, household) is not Ruling.ALLOWED:
        raise InvalidError(
            "officer",
            f"{to} may not report on household {household}: name an officer who may",
            f"{to}不负责户{household}：请选负责该户的责任人",
        )


async def take_task(runtime: Runtime, caller: Officer, task_id: int) -> ListedDoor:
    """Record that the caller is on the way to a door; take over another officer's task.

    Raises:
        NotFoundError: if there is no such task, or the caller may not report on its household.
        ConflictError: if the task is no longer pending.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> ListedDoor:
        found = door(transaction.connection, task_id)
        if found is None or not _may_knock(caller, found.task):
            raise NotFoundError(
                f"there is no task {task_id} within your divisions",
                f"您管理范围内没有入户任务{task_id}",
            )
        transaction.lock([found.task.alert])
        task = _still_open(transaction, found.task)
        if task.officer != caller.id:
            task = _taken_over(transaction, task, caller, now)
        mark_taken(transaction, task, now)
        return _listed(transaction.connection, task.id)

    return await runtime.ledger.write(unit)


def _may_knock(caller: Officer, task: Task) -> bool:
    return rule(caller.role, caller.division, Act.REPORT, task.household) is Ruling.ALLOWED


def _still_open(transaction: Transaction, task: Task) -> Task:
    key = task.alert, task.household
    now_open = pending(transaction.connection, [key]).get(key)
    if now_open is None or task.state not in PENDING:
        raise ConflictError(
            f"this door needs no visit any more: the task is {task.state}",
            chinese="这户不用再敲门：入户任务已结束",
        )
    return now_open


def _taken_over(transaction: Transaction, task: Task, caller: Officer, now: datetime) -> Task:
    key = task.alert, task.household
    to_caller = Door(
        task.alert, task.household, task.division, caller.id, Cause.HANDED_ON, task.due_at
    )
    assign(transaction, [to_caller], now)
    return pending(transaction.connection, [key])[key]
