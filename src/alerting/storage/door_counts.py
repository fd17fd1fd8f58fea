"""How many doors are whose, by village and state."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from alerting.core.task import TaskState
from alerting.storage.tables import tasks
from contacts.division import subtree
from contacts.tables import OFFICERS


@dataclass(frozen=True)
class DoorCount:
    """The tasks of an officer in a village or grid that are in a state."""

    division: str
    officer: str | None
    officer_name: str | None
    state: TaskState
    count: int
    oldest_due_at: datetime


def count_doors(connection: Connection, alert: int, division: str) -> list[DoorCount]:
    """Count an alert's tasks in a division, by village, officer and state."""
    kinds = (tasks.c.division, tasks.c.officer, OFFICERS.c.name, tasks.c.state)
    rows = connection.execute(
        select(*kinds, func.count(), func.min(tasks.c.due_at, type_=tasks.c.due_at.type))
        .join(OFFICERS, OFFICERS.c.id == tasks.c.officer, isouter=True)
        .where(tasks.c.alert == alert, tasks.c.division.between(*subtree(division)))
        .group_by(*kinds)
        .order_by(*kinds)
    )
    return [
        DoorCount(place, officer, name, TaskState(state), count, oldest)
        for place, officer, name, state, count, oldest in rows
    ]
