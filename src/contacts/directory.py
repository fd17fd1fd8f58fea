"""Queries for divisions, households and officers, in the caller's transaction."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
)

from contacts.division import Division, Tier, ancestors, covers, parent_of, subtree, tier_of
from contacts.encryption.columns import OneOf
from contacts.naming import everyday_name
from contacts.people import Role
from contacts.shapes import Shape
from contacts.tables import DIVISIONS, HOUSEHOLD_PHONES, HOUSEHOLDS, OFFICER_PHONES, OFFICERS

_CALLED: Final = tuple(role for role in Role if role is not Role.ADMINISTRATOR)
"""Every role except the administrator, who is not called in an alert."""

_RANGES_A_GROUP: Final = 50
"""How many ranges one group of ORs has, so that SQLite does not refuse the expression.

SQLite allows 1,000 levels of nesting. A chain of ORs takes a level per term, and more in an EXISTS.
"""


_AT_ONCE: Final = 10_000
"""How many keys one statement names; both databases allow more parameters than that."""


@dataclass(frozen=True, slots=True)
class Household:
    """A household of the roster.

    `vulnerable` is as in the roster, such as 'elderly;alone'. `phones` are in E.164, the one to try
    first at the front. `persons` are names, perhaps not of everybody who lives there.
    """

    code: str
    division: str
    address: str
    head: str
    headcount: int
    language: str
    vulnerable: str
    persons: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    officer: str | None
    centre: str | None
    """The code of the household that looks after this one."""
    courtyard: str | None
    """The courtyard or building to which the household belongs."""
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer; `phones` are in E.164, the one to try first at the front."""

    id: str
    name: str
    role: Role
    division: str
    deputy_of: str | None
    phones: tuple[str, ...]
    language: str | None = None
    """The language of the officer's texts; None: the service's home language."""

    @property
    def tier(self) -> Tier:
        """The tier at which the officer answers."""
        return tier_of(self.division)


class OnCall(NamedTuple):
    """The data about an officer that calling a whole area needs.

    Names and numbers are left out, because decrypting those of a city's thousands of officers is
    slow.
    """

    id: str
    role: str
    division: str
    deputy_of: str | None
    language: str | None
    has_phone: bool


class CallableOfficer(Protocol):
    """The fields of an officer that the duty rota and officer calls need."""

    @property
    def id(self) -> str:
        """The officer's id."""

    @property
    def role(self) -> str:
        """The officer's role."""

    @property
    def division(self) -> str:
        """The division that the officer answers for."""

    @property
    def deputy_of(self) -> str | None:
        """The id of the officer's principal, if any."""

    @property
    def language(self) -> str | None:
        """The language of the officer's texts; None: the service's home language."""


AnyOfficer = TypeVar("AnyOfficer", bound=CallableOfficer)


def division(conn: Connection, code: str) -> Division | None:
    """Return the division, or None if the code is unknown."""
    return next(iter(divisions_named(conn, (code,))), None)


def children(conn: Connection, code: str) -> list[Division]:
    """Return the divisions one tier below, ordered by code."""
    return _divisions(conn.execute(_CHILDREN, {"code": code}).all())


def divisions_named(conn: Connection, codes: Collection[str]) -> list[Division]:
    """Return the divisions with these codes, ordered by code; unknown codes are left out."""
    return _divisions(conn.execute(_DIVISIONS_NAMED, {"codes": sorted(codes)}).all())


def chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """Return the keys in parts that are small enough for one statement."""
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))


def village_names(conn: Connection, codes: Collection[str]) -> dict[str, str]:
    """Return the official names of divisions, by code; unknown codes are left out."""
    query = select(DIVISIONS.c.code, DIVISIONS.c.name).where(DIVISIONS.c.code.in_(codes))
    return dict(conn.execute(query).all())


def outermost(divisions: Iterable[str]) -> list[str]:
    """Return the divisions, sorted, without those that lie inside another of them."""
    kept: list[str] = []
    for code in sorted(divisions):
        # An ancestor sorts before its descendants, and no unrelated code sorts between them.
        if not kept or not covers(kept[-1], code):
            kept.append(code)
    return kept


def households_in(divisions: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a row of `contacts.tables.HOUSEHOLDS` lies in the divisions.

    It can be used in the WHERE clause of any statement. Without divisions it is false.
    """
    return _lies_in(HOUSEHOLDS.c.division, divisions)


def households_within(conn: Connection, shape: Shape) -> list[str]:
    """Return the codes of the households inside a drawn area or on its edge, sorted.

    Households without coordinates are never inside.

    Raises:
        ValueError: if a part of the shape is not a valid polygon.
    """
    latitude, longitude = HOUSEHOLDS.c.latitude, HOUSEHOLDS.c.longitude
    near = (
        and_(latitude.between(south, north), longitude.between(west, east))
        for west, south, east, north in shape.boxes()
    )
    query = select(*HOUSEHOLDS.c["code", "latitude", "longitude"]).where(or_(false(), *near))
    rows = conn.execute(query.order_by(HOUSEHOLDS.c.code)).all()
    inside = shape.holds([row.longitude for row in rows], [row.latitude for row in rows])
    return [row.code for row, is_inside in zip(rows, inside, strict=True) if is_inside]


def household(conn: Connection, code: str) -> Household | None:
    """Return the household, or None if the code is unknown."""
    return next(iter(_households(conn, HOUSEHOLDS.c.code == code)), None)


def households_named(conn: Connection, codes: Collection[str]) -> list[Household]:
    """Return the households with these codes, ordered by code; unknown codes are left out."""
    some_of = chunks(sorted(codes))
    return [each for some in some_of for each in _households(conn, HOUSEHOLDS.c.code.in_(some))]


def households_of(conn: Connection, division: str) -> list[Household]:
    """Return the households of a division, ordered by code."""
    return _households(conn, households_in([division]))


def count_households(conn: Connection, division: str) -> int:
    """Return the number of households in a division."""
    query = select(func.count()).select_from(HOUSEHOLDS).where(households_in([division]))
    return conn.scalars(query).one()


def count_people(conn: Connection, condition: ColumnElement[bool]) -> tuple[int, int]:
    """Return the numbers of households and of people that a condition on the roster selects."""
    people = func.coalesce(func.sum(HOUSEHOLDS.c.headcount), 0).cast(Integer)
    counts = select(func.count(), people).select_from(HOUSEHOLDS).where(condition)
    households, headcount = conn.execute(counts).one()
    return households, headcount


def names_in(persons: str) -> tuple[str, ...]:
    """Return the names in a `persons` column, in order."""
    return tuple(persons.split(";")) if persons else ()


def officer_by_phone(conn: Connection, number: str) -> list[Officer]:
    """Return the officers who have this phone number (E.164), ordered by id."""
    return _officers_read(conn, _OFFICERS_BY_PHONE, {"number": number})


def officer(conn: Connection, id_: str) -> Officer | None:
    """Return the officer, or None if the id is unknown."""
    return officers_named(conn, (id_,)).get(id_)


def officers_named(conn: Connection, ids: Collection[str]) -> dict[str, Officer]:
    """Return a dict from id to officer for these ids; unknown ids are left out."""
    some_of = chunks(sorted(ids))
    found = (
        each for some in some_of for each in _officers_read(conn, _OFFICERS_BY_ID, {"ids": some})
    )
    return {each.id: each for each in found}


def officers_deputising(conn: Connection, ids: Collection[str]) -> list[Officer]:
    """Return the deputies of any of these officers, in the order of `officers_for`."""
    return _called(conn, OFFICERS.c.deputy_of.in_(sorted(ids)))


def officers_above(conn: Connection, division: str | None) -> list[Officer]:
    """Return the officers of a division and of every division above; nobody for None."""
    upwards = (division, *ancestors(division)) if division else ()
    return _called(conn, OFFICERS.c.division.in_(upwards))


def administrators_of(conn: Connection, division: str) -> list[Officer]:
    """Return the administrators of a division, or of the nearest division above it that has any."""
    upwards = OFFICERS.c.division.in_((division, *ancestors(division)))
    return nearest(division, _officers(conn, and_(upwards, OFFICERS.c.role == Role.ADMINISTRATOR)))


def nearest(division: str | None, officers: Iterable[Officer]) -> list[Officer]:
    """Return the officers of a division, or of the nearest division above it that has any.

    Only the given officers are considered.
    """
    by_division: dict[str, list[Officer]] = defaultdict(list)
    for officer in officers:
        by_division[officer.division].append(officer)
    upwards = (division, *ancestors(division)) if division else ()
    return next((by_division[code] for code in upwards if code in by_division), [])


def called_first(officers: Sequence[AnyOfficer]) -> list[AnyOfficer]:
    """Return which of these officers are called at once.

    A deputy is called later, if the principal does not answer. But if the principal is not among
    these officers, the deputy is called at once.
    """
    ids = {officer.id for officer in officers}
    return [officer for officer in officers if officer.deputy_of not in ids]


def officers_for(conn: Connection, divisions: Iterable[str]) -> list[Officer]:
    """Return the officers to call for an area: those in it, and those of every division above.

    The highest tier comes first. Within a division, principals come before their deputies.
    """
    return _called(conn, _concerned(divisions))


def on_call_for(conn: Connection, divisions: Iterable[str]) -> list[OnCall]:
    """Return the same officers as `officers_for`, in its order, without names and numbers."""
    return _on_call(conn, and_(_concerned(divisions), OFFICERS.c.role.in_(_CALLED)))


def on_call_named(conn: Connection, id_: str) -> list[OnCall]:
    """Return a list with the officer of this id; empty if the id is unknown."""
    return _on_call(conn, OFFICERS.c.id == id_)


def _on_call(conn: Connection, condition: ColumnElement[bool]) -> list[OnCall]:
    rows = conn.execute(_ON_CALL.where(condition)).all()
    return _in_order([OnCall._make(row) for row in rows])


_FIRST_PHONE: Final = and_(
    OFFICER_PHONES.c.officer == OFFICERS.c.id, OFFICER_PHONES.c.position == 0
)

_ON_CALL: Final = select(
    *OFFICERS.c["id", "role", "division", "deputy_of", "language"],
    OFFICER_PHONES.c.officer.is_not(None),
).outerjoin_from(OFFICERS, OFFICER_PHONES, _FIRST_PHONE)


def _concerned(divisions: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that an officer's division lies in an area or above it."""
    area = outermost(divisions)
    above = {ancestor for code in area for ancestor in ancestors(code)}
    return or_(_lies_in(OFFICERS.c.division, area), OFFICERS.c.division.in_(sorted(above)))


def _called(conn: Connection, condition: ColumnElement[bool]) -> list[Officer]:
    return _in_order(_officers(conn, and_(condition, OFFICERS.c.role.in_(_CALLED))))


def _in_order(officers: Sequence[AnyOfficer]) -> list[AnyOfficer]:
    principals = {officer.id: officer.deputy_of for officer in officers}

    def rank(id_: str | None) -> int:
        return 1 + rank(principals[id_]) if id_ in principals else 0

    return sorted(officers, key=lambda o: (len(o.division), o.division, rank(o.deputy_of), o.id))


def _lies_in(column: ColumnElement[str], divisions: Iterable[str]) -> ColumnElement[bool]:
    ranges = [subtree(code) for code in outermost(divisions)]
    groups = [ranges[i : i + _RANGES_A_GROUP] for i in range(0, len(ranges), _RANGES_A_GROUP)]
    return or_(false(), *(_lies_in_group(column, group) for group in groups))


def _lies_in_group(
    column: ColumnElement[str], ranges: Sequence[tuple[str, str]]
) -> ColumnElement[bool]:
    """Return the condition that a column lies in one of the sorted ranges.

    A condition on the lowest and the highest value of all ranges comes first, as a cheap filter.
    """
    hull = column.between(ranges[0][0], ranges[-1][1])
    return and_(hull, or_(*(column.between(low, high) for low, high in ranges)))


def _divisions(rows: Iterable[Any]) -> list[Division]:
    return [Division(code, name, Tier(tier), *rest) for code, name, tier, *rest in rows]


_DIVISION: Final = select(*(DIVISIONS.c[each.name] for each in fields(Division))).order_by(
    DIVISIONS.c.code
)

_CHILDREN: Final = _DIVISION.where(DIVISIONS.c.parent == bindparam("code"))

_DIVISIONS_NAMED: Final = _DIVISION.where(OneOf(DIVISIONS.c.code, bindparam("codes", type_=JSON)))


def _households(conn: Connection, condition: ColumnElement[bool]) -> list[Household]:
    return [
        Household(**row | {"persons": names_in(row["persons"])}, phones=phones)
        for row, phones in _with_phones(
            conn, HOUSEHOLDS, _with_numbers(HOUSEHOLDS, HOUSEHOLD_PHONES).where(condition), {}
        )
    ]


def _officers(conn: Connection, condition: ColumnElement[bool]) -> list[Officer]:
    return _officers_read(conn, _OFFICERS_AND_NUMBERS.where(condition), {})


def _officers_read(
    conn: Connection, query: Select[Any], values: Mapping[str, Any]
) -> list[Officer]:
    return [
        Officer(**row | {"role": Role(row["role"])}, phones=phones)
        for row, phones in _with_phones(conn, OFFICERS, query, values)
    ]


def _with_numbers(table: Table, phones: Table) -> Select[Any]:
    """Return a query of `table`, ordered by key, with a line for each phone in order."""
    query = select(table, phones.c.number).join_from(table, phones, isouter=True)
    return query.order_by(*table.primary_key.columns, phones.c.position)


_OFFICERS_AND_NUMBERS: Final = _with_numbers(OFFICERS, OFFICER_PHONES)

_OFFICERS_BY_ID: Final = _OFFICERS_AND_NUMBERS.where(
    OFFICERS.c.id.in_(bindparam("ids", expanding=True))
)

_OFFICERS_BY_PHONE: Final = _OFFICERS_AND_NUMBERS.where(
    OFFICERS.c.id.in_(
        select(OFFICER_PHONES.c.officer).where(OFFICER_PHONES.c.number == bindparam("number"))
    )
)


def _with_phones(
    conn: Connection, table: Table, query: Select[Any], values: Mapping[str, Any]
) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    """Run a query made by `_with_numbers`; yield each row once, with its phones in order."""
    (key,) = table.primary_key.columns
    names = [column.name for column in table.columns]
    rows = conn.execute(query, values)
    for _, group in groupby(rows, key=itemgetter(names.index(key.name))):
        lines = list(group)
        numbers = tuple(line[-1] for line in lines if line[-1] is not None)
        yield dict(zip(names, lines[0], strict=False)), numbers


def short_names(connection: Connection, codes: Collection[str]) -> dict[str, str]:
    """Return the everyday names of divisions, by code; unknown codes are left out."""
    names = village_names(connection, codes)
    return {code: everyday_name(name) for code, name in names.items()}


def with_those_above(connection: Connection, codes: Collection[str]) -> dict[str, Division]:
    """Return these divisions and all above them, by code; unknown codes are left out."""
    wanted: set[str] = set()
    for code in codes:
        each: str | None = code
        # The divisions above a wanted one are wanted already.
        while each and each not in wanted:
            wanted.add(each)
            each = parent_of(each)
    return {each.code: each for each in divisions_named(connection, wanted)}
