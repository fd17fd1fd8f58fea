"""An administrator's changes to the duty rota, recorded in the office log."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select

from alerting.access.rules import does_all_of
from alerting.errors import InvalidError, NotFoundError
from alerting.ledger.writer import Transaction
from alerting.office.duty_week import StoredPeriod, stored_period, version_of_turns
from alerting.office.edits import check_newest
from alerting.office_log.log import Details, Line, OfficeAct, RosterChange, record
from alerting.runtime import Runtime
from contacts.directory import Officer, officer
from contacts.division import covers
from contacts.duty.rota import Period, PeriodKind, Turn, overlapping
from contacts.people import Role
from contacts.tables import DUTY_PERIODS, DUTY_TURNS

_FIELD: Final = {PeriodKind.SHIFT: "shift", PeriodKind.LEAVE: "leave"}

_LONGEST_LEAVE: Final = timedelta(days=366)
"""One year, so that a mistyped year cannot take an officer off duty for many years."""


async def set_turns(
    runtime: Runtime, caller: Officer, id_: str, turns: Sequence[Turn], version: str
) -> None:
    """Replace the weekly turns of an officer; an officer without turns is always on duty.

    Raises:
        NotFoundError: if there is no such officer within the caller's division.
        ConflictError: if somebody else changed the turns since the caller looked.
        InvalidError: if two turns overlap, or the officer is not called in an alert.
    """
    now = runtime.clock.now()
    if overlapping(turns):
        raise InvalidError(
            "turns",
            "two turns overlap: end one where the next one begins",
            "有两班重叠：请让一班结束时另一班才开始",
        )

    def unit(transaction: Transaction) -> None:
        connection = transaction.connection
        whose = _within(connection, caller, id_, "officer")
        mine = DUTY_TURNS.c.officer == id_
        order = (DUTY_TURNS.c.weekday, DUTY_TURNS.c.begins)
        rows = connection.execute(select(DUTY_TURNS).where(mine).order_by(*order)).mappings()
        before = [Turn(**row) for row in rows]
        check_newest(version_of_turns(before), version)
        after = sorted(turns, key=lambda each: (each.weekday, each.begins))
        if before == after:
            return
        connection.execute(delete(DUTY_TURNS).where(mine))
        if after:
            connection.execute(insert(DUTY_TURNS), [_row(each) for each in after])
        line = _line(whose, "turns", _told(before), _told(after))
        record(connection, caller, OfficeAct.EDIT_DUTY, whose.division, line, now)

    await runtime.ledger.write(unit, own_transaction=True)


async def add_period(runtime: Runtime, caller: Officer, said: Period) -> int:
    """Store a shift, a stand-in or a leave, and return its id.

    Raises:
        NotFoundError: if there is no such officer within the caller's division.
        InvalidError: if the period is over, overlaps another one, or is a leave of more than 366
            days; or if the stand-in lacks rights of the other officer.
    """
    now, zone = runtime.clock.now(), runtime.policy.alert.zone
    _check_span(said, now)

    def unit(transaction: Transaction) -> int:
        connection = transaction.connection
        whose = _within(connection, caller, said.officer, "officer")
        if said.in_place_of is not None:
            _check_stand_in(whose, _within(connection, caller, said.in_place_of, "in_place_of"))
        _check_free(connection, said)
        row = {name: getattr(said, name) for name in Period.__dataclass_fields__}
        key = connection.execute(insert(DUTY_PERIODS).values(row)).inserted_primary_key
        line = _line(whose, _FIELD[said.kind], "", _span(said, zone))
        record(connection, caller, OfficeAct.EDIT_DUTY, whose.division, line, now)
        return int(key[0]) if key else 0

    return await runtime.ledger.write(unit, own_transaction=True)


async def remove_period(runtime: Runtime, caller: Officer, id_: int) -> None:
    """Remove a shift, a stand-in or a leave.

    Raises:
        NotFoundError: if the caller's division has no period with this id.
    """
    now, zone = runtime.clock.now(), runtime.policy.alert.zone

    def unit(transaction: Transaction) -> None:
        connection = transaction.connection
        query = select(DUTY_PERIODS).where(DUTY_PERIODS.c.id == id_)
        row = connection.execute(query).mappings().first()
        whose = officer(connection, row["officer"]) if row else None
        if row is None or whose is None or not covers(caller.division, whose.division):
            raise NotFoundError(
                f"there is no period {id_} within your division", f"您的范围内没有这条安排{id_}"
            )
        connection.execute(delete(DUTY_PERIODS).where(DUTY_PERIODS.c.id == id_))
        gone = stored_period(row)
        line = _line(whose, _FIELD[PeriodKind(gone.kind)], _span(gone, zone), "")
        record(connection, caller, OfficeAct.EDIT_DUTY, whose.division, line, now)

    await runtime.ledger.write(unit, own_transaction=True)


def _within(connection: Connection, caller: Officer, id_: str, field: str) -> Officer:
    found = officer(connection, id_)
    if found is None or not covers(caller.division, found.division):
        raise NotFoundError(
            f"there is no officer {id_!r} within your division", f"您的范围内没有责任人{id_}"
        )
    if found.role is Role.ADMINISTRATOR:
        raise InvalidError(
            field,
            "administrators are not called in an alert: choose somebody else",
            "管理员不被预警呼叫：请另选一人",
        )
    return found


def _check_span(said: Period, now: datetime) -> None:
    if said.ends_at <= max(said.begins_at, now):
        raise InvalidError(
            "ends",
            "write a time after the beginning, and in the future",
            "结束时间须在开始之后，且在将来",
        )
    if said.kind is PeriodKind.LEAVE and said.ends_at - said.begins_at > _LONGEST_LEAVE:
        raise InvalidError(
            "ends",
            f"a leave lasts at most {_LONGEST_LEAVE.days} days: write an earlier end, or retire "
            "an officer who does not come back",
            f"请假最多{_LONGEST_LEAVE.days}天：请提前结束；不再回来的，请退出名册",
        )


def _check_stand_in(stand_in: Officer, other: Officer) -> None:
    if stand_in.id == other.id or stand_in.division != other.division:
        raise InvalidError(
            "officer",
            "choose somebody else of the same division to stand in",
            "请选同一区划的另一人顶班",
        )
    if not does_all_of(stand_in.role, other.role):
        raise InvalidError(
            "officer",
            f"a {stand_in.role} may not do all that a {other.role} does: choose another",
            "这个人的职务不能代替对方的全部工作：请另选",
        )


def _check_free(connection: Connection, said: Period) -> None:
    """Refuse a period that overlaps another of its kind, and a second stand-in for one officer."""
    mine = (DUTY_PERIODS.c.officer == said.officer) & (DUTY_PERIODS.c.kind == said.kind)
    if said.in_place_of is not None:
        mine |= DUTY_PERIODS.c.in_place_of == said.in_place_of
    query = select(DUTY_PERIODS.c.id).where(
        mine, DUTY_PERIODS.c.begins_at < said.ends_at, DUTY_PERIODS.c.ends_at > said.begins_at
    )
    if connection.execute(query.limit(1)).first() is not None:
        raise InvalidError(
            "begins",
            "the rota already has such an entry at this time: remove that entry first",
            "此时已有同样的安排：请先删除那一条",
        )


def _row(turn: Turn) -> dict[str, object]:
    return {name: getattr(turn, name) for name in Turn.__dataclass_fields__}


def _line(whose: Officer, field: str, before: str, after: str) -> Details:
    line = Line(RosterChange.CHANGED, whose.id, whose.name, field, before, after)
    return Details({str(RosterChange.CHANGED): 1}, (line,))


def _told(turns: Sequence[Turn]) -> str:
    """Return turns as text for the log, with weekdays numbered from 1 for Monday."""
    return "; ".join(
        f"{each.weekday + 1} {_clock(each.begins)}-{_clock(each.begins + each.minutes)}"
        for each in turns
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _span(period: Period | StoredPeriod, zone: ZoneInfo) -> str:
    begins, ends = period.begins_at.astimezone(zone), period.ends_at.astimezone(zone)
    instead = f" ({period.in_place_of})" if period.in_place_of else ""
    return f"{begins:%Y-%m-%d %H:%M} - {ends:%Y-%m-%d %H:%M}{instead}"
