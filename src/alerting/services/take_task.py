"""Taking a door: the officer says 'I am on my way', so that no second one knocks there."""

from datetime import datetime

from alerting.core.authority import Act, Ruling, rule
from alerting.core.errors import ConflictError, NotFoundError
from alerting.core.task import PENDING, Cause
from alerting.services.desk import Desk
from alerting.storage.door_list import ListedDoor, door
from alerting.storage.ledger import Transaction
from alerting.storage.tasks import Door, Task, assign, mark_taken, pending
from contacts.directory import Officer


async def take_task(desk: Desk, caller: Officer, task_id: int) -> ListedDoor:
    """Take a door; another's becomes the caller's own.

    Raises:
        NotFoundError: if there is no such task where the caller reports on households.
        ConflictError: if nobody need go there any more.
    """
    now = desk.clock.now()

    def unit(transaction: Transaction) -> ListedDoor:
        found = door(transaction.connection, task_id)
        if found is None or not _may_knock(caller, found.task):
            raise NotFoundError(f"there is no task {task_id} within your divisions")
        transaction.lock([found.task.alert])
        task = _still_open(transaction, found.task)
        if task.officer != caller.id:
            task = _taken_over(transaction, task, caller, now)
        mark_taken(transaction, task, now)
        taken = door(transaction.connection, task.id)
        if taken is None:
            raise NotFoundError(f"there is no task {task.id}")
        return taken

    return await desk.ledger.write(unit)


def _may_knock(caller: Officer, task: Task) -> bool:
    return rule(caller.role, caller.division, Act.REPORT, task.household) is Ruling.ALLOWED


def _still_open(transaction: Transaction, task: Task) -> Task:
    key = task.alert, task.household
    now_open = pending(transaction.connection, [key]).get(key)
    if now_open is None or task.state not in PENDING:
        raise ConflictError(f"nobody need knock on this door any more: the task is {task.state}")
    return now_open


def _taken_over(transaction: Transaction, task: Task, caller: Officer, now: datetime) -> Task:
    key = task.alert, task.household
    to_caller = Door(
        task.alert, task.household, task.division, caller.id, Cause.HANDED_ON, task.due_at
    )
    assign(transaction, [to_caller], now)
    return pending(transaction.connection, [key])[key]
