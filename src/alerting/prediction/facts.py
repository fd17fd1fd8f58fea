"""Counts the rows from which the prediction is made, by officer and by village or grid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Connection,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
    type_coerce,
)

from alerting.doors.rules import PENDING, TaskState
from alerting.doors.tables import tasks
from alerting.help_cases.rules import CaseState
from alerting.help_cases.tables import help_cases
from alerting.officer_calls.tables import confirmations
from alerting.roll.tables import roll
from contacts.division import subtree

_MICROSECONDS: Final = 1_000_000

_BUCKET: Final = 15 * _MICROSECONDS
"""Households whose silence began within the same 15 s are counted together."""

_INSTANT: Final = tasks.c.opened_at.type


def _here(table: Any) -> Any:
    return and_(
        table.c.alert == bindparam("of_alert"),
        table.c.division.between(bindparam("low"), bindparam("high")),
    )


_IS_PENDING: Final = tasks.c.state.in_(sorted(PENDING))

_IS_DONE: Final = tasks.c.state == TaskState.DONE
"""Only doors done by their own officer count, because these show the officer's pace."""

_SOMEBODY_GOES: Final = exists().where(
    tasks.c.alert == roll.c.alert, tasks.c.household == roll.c.household, _IS_PENDING
)

_BEGAN: Final = type_coerce(roll.c.silent_since, BigInteger) // _BUCKET

_IS_VULNERABLE: Final = case((roll.c.vulnerable != "", 1), else_=0)

_KINDS: Final = (
    roll.c.division,
    _IS_VULNERABLE,
    roll.c.steps_done,
    _BEGAN,
)

_SILENT: Final = (
    select(*_KINDS, func.count())
    .where(_here(roll), roll.c.unaccounted > 0, ~_SOMEBODY_GOES)
    .group_by(*_KINDS)
)

_LAST_DONE: Final = func.max(case((_IS_DONE, tasks.c.closed_at)), type_=_INSTANT)

_IS_PASSED: Final = and_(_IS_PENDING, roll.c.steps_done >= bindparam("deputy_step"))

_OF_THE_DOOR: Final = and_(roll.c.alert == tasks.c.alert, roll.c.household == tasks.c.household)

_DOORS: Final = (
    select(
        tasks.c.division,
        tasks.c.officer,
        func.sum(case((_IS_PENDING, 1), else_=0)),
        func.sum(case((_IS_PASSED, 1), else_=0)),
        func.min(case((_IS_PENDING, tasks.c.opened_at)), type_=_INSTANT),
        _LAST_DONE,
    )
    .join(roll, _OF_THE_DOOR)
    .where(_here(tasks))
    .group_by(tasks.c.division, tasks.c.officer)
    .order_by(tasks.c.division, tasks.c.officer)
)

_BEFORE: Final = func.lag(tasks.c.closed_at).over(
    partition_by=tasks.c.officer, order_by=(tasks.c.closed_at, tasks.c.id)
)

_done = (
    select(
        type_coerce(tasks.c.opened_at, BigInteger).label("opened"),
        type_coerce(tasks.c.closed_at, BigInteger).label("closed"),
        type_coerce(_BEFORE, BigInteger).label("before"),
    )
    .where(_here(tasks), _IS_DONE, tasks.c.officer.is_not(None))
    .subquery()
)

_BEGUN: Final = case((_done.c.before > _done.c.opened, _done.c.before), else_=_done.c.opened)

_PACE: Final = select(func.count(), func.coalesce(func.sum(_done.c.closed - _BEGUN), 0))

_AWAKE: Final = select(confirmations.c.officer).where(
    confirmations.c.alert == bindparam("of_alert")
)

_IS_OPEN: Final = help_cases.c.state == CaseState.OPEN

_SENT_TO_HELP: Final = exists().where(
    tasks.c.alert == help_cases.c.alert,
    tasks.c.household == help_cases.c.household,
    _IS_PENDING,
    tasks.c.officer.is_not(None),
)

_HELP: Final = select(
    func.coalesce(func.sum(case((_IS_OPEN, 1), else_=0)), 0),
    func.coalesce(func.sum(case((and_(_IS_OPEN, ~_SENT_TO_HELP), 1), else_=0)), 0),
    func.max(help_cases.c.resolved_at, type_=_INSTANT),
).where(_here(help_cases))


@dataclass(frozen=True)
class Silent:
    """Households of one place with somebody unaccounted for and without a pending door task."""

    place: str
    is_vulnerable: bool
    steps_done: int
    since: float
    """When these households' silence began, as a Unix time in seconds."""
    households: int


@dataclass(frozen=True)
class OfficerDoors:
    """The door tasks of one officer in one place."""

    place: str
    officer: str | None
    pending: int
    passed: int
    """The number of pending doors already passed on to the deputy or beyond."""
    oldest: datetime | None
    """When the oldest pending door task was opened."""
    last_done: datetime | None


@dataclass(frozen=True)
class HelpCalls:
    """The number of open calls for help, and when the last call was resolved."""

    open: int
    on_nobody: int
    """The number of open calls for help without an officer's door task."""
    last_resolved: datetime | None


@dataclass(frozen=True)
class Facts:
    """The counts of an alert in a division."""

    silent: list[Silent]
    doors: list[OfficerDoors]
    done: int
    """The number of doors that officers have done."""
    busy_seconds: float
    """The seconds that officers spent on these doors."""
    awake: frozenset[str]
    """The ids of the officers who confirmed the call."""
    help: HelpCalls


def count_facts(connection: Connection, alert: int, division: str, deputy_step: int) -> Facts:
    """Return the counts in a division; `deputy_step` is the deputy's position on the ladder."""
    low, high = subtree(division)
    where: Mapping[str, object] = {"of_alert": alert, "low": low, "high": high}
    done, busy = connection.execute(_PACE, where).one()
    return Facts(
        silent=[
            Silent(place, bool(risk), steps, began * _BUCKET / _MICROSECONDS, count)
            for place, risk, steps, began, count in connection.execute(_SILENT, where)
        ],
        doors=[
            OfficerDoors(*row)
            for row in connection.execute(_DOORS, {**where, "deputy_step": deputy_step})
        ],
        done=done,
        busy_seconds=float(busy) / _MICROSECONDS,
        awake=frozenset(connection.execute(_AWAKE, {"of_alert": alert}).scalars()),
        help=HelpCalls(*connection.execute(_HELP, where).one()),
    )
