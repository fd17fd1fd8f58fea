"""Counts the roster for readiness; only households without a valid phone are read one by one."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, and_, case, exists, func, select

from alerting.doctor.roster import DECIDES, KNOCKS
from alerting.readiness.snapshot import HomeGroup, Household, PhoneLack, Post, Snapshot
from contacts.division import village_of
from contacts.duty.officers import off_duty
from contacts.people import Role, parse_roster_phone
from contacts.tables import DIVISIONS, HOUSEHOLD_PHONES, HOUSEHOLDS, OFFICER_PHONES, OFFICERS

_AT_ONCE: Final = 1_000

_H: Final = HOUSEHOLDS.c

_HAS_PHONE: Final = exists().where(HOUSEHOLD_PHONES.c.household == _H.code)

_KINDS: Final = (
    _H.division,
    _H.officer,
    case((_H.vulnerable != "", 1), else_=0),
    case((_HAS_PHONE, 1), else_=0),
)

_HOMES: Final = select(*_KINDS, func.count(), func.sum(_H.headcount)).group_by(*_KINDS)

_PHONELESS: Final = select(_H.code, _H.division).where(~_HAS_PHONE).order_by(_H.code)

_PHONES: Final = (
    select(_H.code, _H.division, HOUSEHOLD_PHONES.c.number)
    .join(HOUSEHOLD_PHONES, HOUSEHOLD_PHONES.c.household == _H.code)
    .order_by(_H.code, HOUSEHOLD_PHONES.c.position)
)

_UNPLACED: Final = (
    select(_H.division, func.count()).where(_H.latitude.is_(None)).group_by(_H.division)
)


def take_snapshot(connection: Connection, now: datetime) -> Snapshot:
    """Return the counts of the whole roster."""
    homes = [
        HomeGroup(place, officer, bool(risk), bool(phone), households, int(people))
        for place, officer, risk, phone, households, people in connection.execute(_HOMES)
    ]
    phoneless = [
        Household(code, place, PhoneLack.NONE) for code, place in connection.execute(_PHONELESS)
    ]
    return Snapshot(
        homes=homes,
        posts=_posts(connection, now),
        unreachable=[*phoneless, *_impossible(connection)],
        without_point=_without_point(connection, homes),
        unplaced={row[0]: row[1] for row in connection.execute(_UNPLACED)},
    )


def _posts(connection: Connection, now: datetime) -> list[Post]:
    first = and_(OFFICER_PHONES.c.officer == OFFICERS.c.id, OFFICER_PHONES.c.position == 0)
    rows = connection.execute(
        select(*OFFICERS.c["id", "role", "division", "deputy_of"], OFFICER_PHONES.c.officer)
        .outerjoin(OFFICER_PHONES, first)
        .where(OFFICERS.c.role != Role.ADMINISTRATOR)
        .order_by(OFFICERS.c.id)
    ).all()
    away = off_duty(connection, [row.id for row in rows], now)
    return [
        Post(
            id=row.id,
            division=row.division,
            knocks=row.role in KNOCKS and row.deputy_of is None,
            decides=row.role in DECIDES,
            is_on_duty=row.id not in away,
            has_phone=row.officer is not None,
        )
        for row in rows
    ]


def _impossible(connection: Connection) -> Iterator[Household]:
    """Yield the households that have phones, but none with a valid number."""
    rows = connection.execute(_PHONES, execution_options={"yield_per": _AT_ONCE})
    for (code, place), phones in groupby(rows, key=lambda row: (row.code, row.division)):
        if not any(_is_possible(phone.number) for phone in phones):
            yield Household(code, place, PhoneLack.IMPOSSIBLE)


def _is_possible(number: str) -> bool:
    try:
        parse_roster_phone(number)
    except ValueError:
        return False
    return True


def _without_point(connection: Connection, homes: list[HomeGroup]) -> dict[str, int]:
    """Return the number of households by village or grid without an assembly point."""
    named = set(
        connection.scalars(select(DIVISIONS.c.code).where(DIVISIONS.c.assembly_point.is_not(None)))
    )
    counted: Counter[str] = Counter()
    for each in homes:
        if not named & {each.place, village_of(each.place)}:
            counted[each.place] += each.households
    return dict(counted)
