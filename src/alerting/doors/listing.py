"""List door tasks for officers and commanders, and count them by officer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, bindparam, case, func, select

from alerting.cap.lifecycle import OVER
from alerting.doors.rules import PENDING, TaskState
from alerting.doors.tables import tasks
from alerting.doors.tasks import Task, to_task
from alerting.ledger.alerts import ended_at
from alerting.ledger.tables import alerts
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import evidence, roll
from contacts.directory import names_in
from contacts.division import subtree
from contacts.past import names_at
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS


@dataclass(frozen=True)
class DoorCount:
    """The number of an officer's door tasks in one village or grid and one state."""

    division: str
    officer: str | None
    officer_name: str | None
    state: TaskState
    count: int
    oldest_due_at: datetime


def count_doors(connection: Connection, alert: int, division: str) -> list[DoorCount]:
    """Return the numbers of an alert's door tasks in `division`.

    There is one count for each village or grid, officer and state.
    """
    kinds = (tasks.c.division, tasks.c.officer, tasks.c.state)
    rows = connection.execute(
        select(*kinds, func.count(), func.min(tasks.c.due_at, type_=tasks.c.due_at.type))
        .where(tasks.c.alert == alert, tasks.c.division.between(*subtree(division)))
        .group_by(*kinds)
        .order_by(*kinds)
    ).all()
    ids = {row.officer for row in rows if row.officer}
    names = names_at(connection, ids, ended_at(connection, alert))
    return [
        DoorCount(place, officer, names.get(officer), TaskState(state), count, oldest)
        for place, officer, state, count, oldest in rows
    ]


def on_the_way(connection: Connection, alert: int, division: str) -> set[str]:
    """Return the codes of the households in a division to which an officer is on the way."""
    rows = connection.execute(
        select(tasks.c.household).where(
            tasks.c.alert == alert,
            tasks.c.state == TaskState.TAKEN,
            tasks.c.division.between(*subtree(division)),
        )
    )
    return set(rows.scalars())


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
    HOUSEHOLDS.c.address.label("address_today"),
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
    """The latest evidence about a household."""

    report: Report
    people: int | None
    rung: Rung
    given_at: datetime
    note: str


@dataclass(frozen=True)
class ListedDoor:
    """A door task with the household's data, as an officer at the door needs them."""

    task: Task
    head: str
    address: str
    headcount: int
    vulnerable: str
    persons: tuple[str, ...]
    """Names of the household members whom the roster lists by name."""
    standing: Standing
    unaccounted: int
    phone: str | None
    latitude: float | None
    longitude: float | None
    """Coordinates of the home, in degrees WGS 84; None if the roster has none."""
    officer_name: str | None
    last_word: LastWord | None
    """The latest evidence about the household; None if there is none yet."""


def doors_of(connection: Connection, officer: str) -> list[ListedDoor]:
    """Return this officer's pending door tasks, the households in most danger first."""
    return _listed(connection, _DOORS_OF, {"officer": officer})


def doors_in(connection: Connection, alert: int, division: str, limit: int) -> list[ListedDoor]:
    """Return up to `limit` door tasks of an alert in a division, pending tasks first, by danger."""
    low, high = subtree(division)
    asked = {"alert": alert, "low": low, "high": high, "most": limit}
    return _listed(connection, _DOORS_IN, asked)


def open_doors(connection: Connection, alert: int, division: str, officer: str) -> list[Task]:
    """Return an officer's door tasks in a division that are not taken yet, by due time."""
    rows = connection.execute(
        select(tasks)
        .where(
            tasks.c.alert == alert,
            tasks.c.officer == officer,
            tasks.c.state == TaskState.OPEN,
            tasks.c.division.between(*subtree(division)),
        )
        .order_by(tasks.c.due_at, tasks.c.id)
    )
    return [to_task(row) for row in rows]


def door(connection: Connection, task: int) -> ListedDoor | None:
    """Return the door task with this id; None if there is none."""
    found = _listed(connection, _DOOR, {"task": task})
    return found[0] if found else None


# These statements are built once, because building such a large statement takes longer than running
# it, and every officer's page asks for its doors every few seconds.
_DOORS: Final = (
    select(tasks, *_LIVES_THERE, *_WORD, alerts.c.ended_at)
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
    # This is an outer join because visitors are not in the roster.
    .outerjoin(HOUSEHOLDS, HOUSEHOLDS.c.code == tasks.c.household)
    .outerjoin(evidence, evidence.c.id == _LAST_WORD)
    .order_by(_PENDING_FIRST, roll.c.danger, tasks.c.due_at, tasks.c.id)
)

_DOOR: Final = _DOORS.where(tasks.c.id == bindparam("task"))

_DOORS_OF: Final = _DOORS.where(
    tasks.c.officer == bindparam("officer"),
    tasks.c.state.in_(sorted(PENDING)),
    alerts.c.state.not_in(sorted(OVER)),
)

_DOORS_IN: Final = _DOORS.where(
    tasks.c.alert == bindparam("alert"),
    tasks.c.division.between(bindparam("low"), bindparam("high")),
).limit(bindparam("most"))


def _listed(
    connection: Connection, doors: Select[Any], asked: Mapping[str, Any]
) -> list[ListedDoor]:
    rows: Sequence[Any] = connection.execute(doors, asked).all()
    ids = {row.officer for row in rows if row.officer}
    # All rows belong to one alert or to alerts that are not over, so one end time serves all.
    names = names_at(connection, ids, rows[0].ended_at if rows else None)
    return [_door(row, names.get(row.officer)) for row in rows]


def _door(row: Any, officer_name: str | None) -> ListedDoor:
    return ListedDoor(
        to_task(row),
        head=row.head,
        # While the alert lasts, officers go to the address that the roster has now.
        address=row.address if row.ended_at else row.address_today or row.address,
        headcount=row.headcount,
        vulnerable=row.vulnerable,
        persons=names_in(row.persons),
        standing=Standing(row.standing),
        unaccounted=row.unaccounted,
        phone=row.number,
        latitude=row.latitude,
        longitude=row.longitude,
        officer_name=officer_name,
        last_word=_last_word(row),
    )


def _last_word(row: Any) -> LastWord | None:
    if row.said is None:
        return None
    return LastWord(
        Report(row.said), row.said_people, Rung(row.said_rung), row.said_at, row.said_note
    )
