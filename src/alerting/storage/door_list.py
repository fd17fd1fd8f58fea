"""Doors to knock on as officers and commanders see them, with who lives there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, select

from alerting.core.lifecycle import OVER
from alerting.core.standing import Standing
from alerting.core.task import PENDING
from alerting.storage.tables import alerts, roll, tasks
from alerting.storage.tasks import Task, to_task
from contacts.division import subtree
from contacts.tables import HOUSEHOLD_PHONES

_PENDING_FIRST: Final = case((tasks.c.state.in_(sorted(PENDING)), 0), else_=1)
_LIVES_THERE: Final = (
    roll.c.head,
    roll.c.address,
    roll.c.headcount,
    roll.c.vulnerable,
    roll.c.standing,
    roll.c.unaccounted,
    HOUSEHOLD_PHONES.c.number,
)


@dataclass(frozen=True)
class ListedDoor:
    """A task, and who lives behind the door."""

    task: Task
    head: str
    address: str
    headcount: int
    vulnerable: str
    standing: Standing
    unaccounted: int
    phone: str | None


def doors_of(connection: Connection, officer: str) -> list[ListedDoor]:
    """Return the doors that are this officer's now, those in most danger first."""
    mine = and_(
        tasks.c.officer == officer,
        tasks.c.state.in_(sorted(PENDING)),
        alerts.c.state.not_in(sorted(OVER)),
    )
    return _listed(connection, mine, None)


def doors_in(connection: Connection, alert: int, division: str, limit: int) -> list[ListedDoor]:
    """Return an alert's tasks in a division: the pending first, those in most danger first."""
    there = and_(tasks.c.alert == alert, tasks.c.division.between(*subtree(division)))
    return _listed(connection, there, limit)


def door(connection: Connection, task: int) -> ListedDoor | None:
    """Return one task, or None if there is none with this id."""
    found = _listed(connection, tasks.c.id == task, 1)
    return found[0] if found else None


def _listed(
    connection: Connection, condition: ColumnElement[bool], limit: int | None
) -> list[ListedDoor]:
    rows: Sequence[Any] = connection.execute(
        select(tasks, *_LIVES_THERE)
        .join(alerts, alerts.c.id == tasks.c.alert)
        .join(roll, and_(roll.c.alert == tasks.c.alert, roll.c.household == tasks.c.household))
        .join(
            HOUSEHOLD_PHONES,
            and_(
                HOUSEHOLD_PHONES.c.household == tasks.c.household,
                HOUSEHOLD_PHONES.c.position == 0,
            ),
            isouter=True,
        )
        .where(condition)
        .order_by(_PENDING_FIRST, roll.c.danger, tasks.c.due_at, tasks.c.id)
        .limit(limit)
    ).all()
    return [
        ListedDoor(
            to_task(row),
            head=row.head,
            address=row.address,
            headcount=row.headcount,
            vulnerable=row.vulnerable,
            standing=Standing(row.standing),
            unaccounted=row.unaccounted,
            phone=row.number,
        )
        for row in rows
    ]
