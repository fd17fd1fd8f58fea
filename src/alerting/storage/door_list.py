"""Doors to knock on as officers and commanders see them, with who lives there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, select

from alerting.core.lifecycle import OVER
from alerting.core.standing import Report, Rung, Standing
from alerting.core.task import PENDING
from alerting.storage.tables import alerts, evidence, roll, tasks
from alerting.storage.tasks import Task, to_task
from contacts.directory import names_in
from contacts.division import subtree
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS, OFFICERS

_PENDING_FIRST: Final = case((tasks.c.state.in_(sorted(PENDING)), 0), else_=1)
_LIVES_THERE: Final = (
    roll.c.head,
    roll.c.address,
    roll.c.headcount,
    roll.c.vulnerable,
    roll.c.persons,
    roll.c.standing,
    roll.c.unaccounted,
    HOUSEHOLD_PHONES.c.number,
    HOUSEHOLDS.c.latitude,
    HOUSEHOLDS.c.longitude,
)
_WORD: Final = (
    evidence.c.report.label("said"),
    evidence.c.people.label("said_people"),
    evidence.c.rung.label("said_rung"),
    evidence.c.given_at.label("said_at"),
    evidence.c.note.label("said_note"),
)
_spoken = evidence.alias("spoken")
_LAST_WORD: Final = (
    select(_spoken.c.id)
    .where(_spoken.c.alert == tasks.c.alert, _spoken.c.household == tasks.c.household)
    .order_by(_spoken.c.given_at.desc(), _spoken.c.id.desc())
    .limit(1)
    .scalar_subquery()
)


@dataclass(frozen=True)
class LastWord:
    """What was said last of a household."""

    report: Report
    people: int | None
    rung: Rung
    given_at: datetime
    note: str


@dataclass(frozen=True)
class ListedDoor:
    """A task, and who lives behind the door."""

    task: Task
    head: str
    address: str
    headcount: int
    vulnerable: str
    persons: tuple[str, ...]
    """The names of those the roster names."""
    standing: Standing
    unaccounted: int
    phone: str | None
    latitude: float | None
    longitude: float | None
    """Where they live, in degrees WGS 84; None: the roster does not say."""
    officer_name: str | None
    last_word: LastWord | None
    """None: nothing was said yet."""


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
        select(tasks, *_LIVES_THERE, *_WORD, OFFICERS.c.name)
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
        # Visitors are on no roster.
        .outerjoin(HOUSEHOLDS, HOUSEHOLDS.c.code == tasks.c.household)
        .outerjoin(OFFICERS, OFFICERS.c.id == tasks.c.officer)
        .outerjoin(evidence, evidence.c.id == _LAST_WORD)
        .where(condition)
        .order_by(_PENDING_FIRST, roll.c.danger, tasks.c.due_at, tasks.c.id)
        .limit(limit)
    ).all()
    return [_door(row) for row in rows]


def _door(row: Any) -> ListedDoor:
    return ListedDoor(
        to_task(row),
        head=row.head,
        address=row.address,
        headcount=row.headcount,
        vulnerable=row.vulnerable,
        persons=names_in(row.persons),
        standing=Standing(row.standing),
        unaccounted=row.unaccounted,
        phone=row.number,
        latitude=row.latitude,
        longitude=row.longitude,
        officer_name=row.name,
        last_word=_last_word(row),
    )


def _last_word(row: Any) -> LastWord | None:
    if row.said is None:
        return None
    return LastWord(
        Report(row.said), row.said_people, Rung(row.said_rung), row.said_at, row.said_note
    )
