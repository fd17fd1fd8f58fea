"""Queries for the officers on duty at an instant, in the caller's transaction."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import BindParameter, Connection, bindparam, or_, select

from contacts.directory import (
    AnyOfficer,
    CallableOfficer,
    Officer,
    OnCall,
    called_first,
    nearest,
    officers_above,
    officers_deputising,
    officers_for,
    officers_named,
    on_call_for,
)
from contacts.duty.rota import Period, PeriodKind, Rota, Turn
from contacts.duty.rules import SERVES, Member, duty_of, on_duty
from contacts.tables import DUTY_PERIODS, DUTY_TURNS

_MOST_NAMED: Final = 500
"""The maximum number of officers that a query names; for more, the whole rota is read."""

_IDS: Final[BindParameter[str]] = bindparam("ids", expanding=True)

_TURNS: Final = select(DUTY_TURNS)

_TURNS_OF: Final = _TURNS.where(DUTY_TURNS.c.officer.in_(_IDS))

_PERIODS: Final = (
    select(DUTY_PERIODS)
    .where(DUTY_PERIODS.c.ends_at > bindparam("now"))
    .order_by(DUTY_PERIODS.c.begins_at, DUTY_PERIODS.c.id)
)

_PERIODS_OF: Final = _PERIODS.where(
    or_(DUTY_PERIODS.c.officer.in_(_IDS), DUTY_PERIODS.c.in_place_of.in_(_IDS))
)


def nearest_on_duty(
    connection: Connection,
    division: str | None,
    now: datetime,
    may: Callable[[Officer], bool] = lambda _officer: True,
) -> list[Officer]:
    """Return the officers to inform about a division: its own, or the nearest ones above.

    Only officers on duty for whom `may` is true count. A deputy is returned only if the principal
    is not. Without a division, nobody is returned.
    """
    above = [officer for officer in officers_above(connection, division) if may(officer)]
    return called_first(nearest(division, _serving(connection, above, now)))


def officers_on_duty(
    connection: Connection, divisions: Iterable[str], now: datetime
) -> list[Officer]:
    """Return the officers from `contacts.directory.officers_for` who are on duty."""
    return _serving(connection, officers_for(connection, divisions), now)


def on_call_on_duty(
    connection: Connection, divisions: Iterable[str], now: datetime
) -> list[OnCall]:
    """Return the same officers as `officers_on_duty`, without names and numbers."""
    return _serving(connection, on_call_for(connection, divisions), now)


def deputies_on_duty(connection: Connection, ids: Collection[str], now: datetime) -> list[Officer]:
    """Return the deputies of these officers who are on duty, in the order of `officers_for`."""
    return _serving(connection, officers_deputising(connection, ids), now)


def off_duty(connection: Connection, ids: Collection[str], now: datetime) -> set[str]:
    """Return which of these officers are not on duty; unknown ids are left out."""
    if not ids:
        return set()
    members = {each.id: member_of(each) for each in officers_named(connection, ids).values()}
    rota = rota_of(connection, members, now)
    return {id_ for id_, each in members.items() if duty_of(each, members, rota, now) not in SERVES}


def rota_of(connection: Connection, ids: Collection[str], now: datetime) -> Rota:
    """Return the rota of these officers, without past periods."""
    if len(ids) <= _MOST_NAMED:
        named = sorted(ids)
        turns = connection.execute(_TURNS_OF, {"ids": named})
        periods = connection.execute(_PERIODS_OF, {"ids": named, "now": now})
    else:
        turns = connection.execute(_TURNS)
        periods = connection.execute(_PERIODS, {"now": now})
    return Rota(
        (Turn(row.officer, row.weekday, row.begins, row.minutes, row.zone) for row in turns),
        (
            Period(row.officer, PeriodKind(row.kind), row.begins_at, row.ends_at, row.in_place_of)
            for row in periods
        ),
    )


def member_of(officer: CallableOfficer) -> Member:
    """Return the data about an officer that the rota needs."""
    return Member(officer.id, (officer.division, officer.role), officer.deputy_of)


def _serving(
    connection: Connection, officers: Sequence[AnyOfficer], now: datetime
) -> list[AnyOfficer]:
    if not officers:
        return []
    rota = rota_of(connection, [officer.id for officer in officers], now)
    if not rota:
        return list(officers)
    serving = on_duty([member_of(officer) for officer in officers], rota, now)
    return [officer for officer in officers if officer.id in serving]
