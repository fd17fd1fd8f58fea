"""Households of a division for its office: searched, and listed by what they lack."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select, true

from alerting.doctor.roster import SHARED_BY
from alerting.office.edits import version_of
from contacts.directory import Household, households_in, households_named
from contacts.division import subtree
from contacts.people import parse_phone
from contacts.roster.store import stored_entries
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS

_READ_AT_ONCE: Final = 500

_MOST_READ: Final = 10_000
"""Most households that one request reads in search of a name; the next one goes on from there."""


_LEAST_DIGITS: Final = 6
"""Least digits that are a part of a code, as that of a county; fewer may be an address."""


class Lack(StrEnum):
    """A fault of a household in the roster."""

    PHONE = "phone"
    SHARED_PHONE = "shared_phone"
    """One of its phones belongs to 5 households or more."""
    OFFICER = "officer"
    COORDINATES = "coordinates"


@dataclass(frozen=True, slots=True)
class Listed:
    """A household, and the version that a change of it names."""

    household: Household
    version: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of households, and the code after which the next begins; None: there is no more."""

    households: list[Listed]
    after: str | None


_mine = HOUSEHOLD_PHONES.c.household == HOUSEHOLDS.c.code

_shared = (
    select(HOUSEHOLD_PHONES.c.number)
    .group_by(HOUSEHOLD_PHONES.c.number)
    .having(func.count() >= SHARED_BY)
    .subquery()
)

# Equal phones are encrypted equally, so that the database can join them.
_sharing = select(HOUSEHOLD_PHONES.c.household).join(
    _shared, _shared.c.number == HOUSEHOLD_PHONES.c.number
)

_LACKS: Final[dict[Lack, ColumnElement[bool]]] = {
    Lack.PHONE: ~exists().where(_mine),
    Lack.SHARED_PHONE: HOUSEHOLDS.c.code.in_(_sharing),
    Lack.OFFICER: HOUSEHOLDS.c.officer.is_(None),
    Lack.COORDINATES: HOUSEHOLDS.c.latitude.is_(None),
}


def list_households(
    connection: Connection,
    division: str,
    sought: str,
    lack: Lack | None,
    after: str,
    most: int,
) -> Found:
    """Return households of a division by code; `sought` is part of a code, a name or an address.

    A phone is looked up whole. Names are compared here, because the database may not read them.
    """
    condition = _LACKS[lack] if lack else true()
    by_number = _by_number(sought)
    if by_number is not None:
        condition &= by_number
    # Without a name to look for, all that are read are found.
    is_sifted = bool(sought) and by_number is None
    at_once = _READ_AT_ONCE if is_sifted else most
    found: list[Household] = []
    for _ in range(_MOST_READ // at_once):
        codes = _codes(connection, division, condition, after, at_once)
        for each in households_named(connection, codes):
            after = each.code
            if not is_sifted or _matches(each, sought):
                found.append(each)
                if len(found) == most:
                    return Found(_with_versions(connection, found), after)
        if len(codes) < at_once:
            return Found(_with_versions(connection, found), None)
    return Found(_with_versions(connection, found), after)


def _with_versions(connection: Connection, found: list[Household]) -> list[Listed]:
    stored = stored_entries(connection, HOUSEHOLDS, [each.code for each in found])
    return [Listed(each, version_of(stored[each.code])) for each in found]


def _codes(
    connection: Connection, division: str, condition: ColumnElement[bool], after: str, most: int
) -> list[str]:
    # A code begins with its division's. Said of codes too, their index has them in order: to sort a
    # county's 100,000 for each page would take 12 ms and more.
    inside = households_in([division]) & HOUSEHOLDS.c.code.between(*subtree(division))
    codes = select(HOUSEHOLDS.c.code).where(inside, condition)
    page = codes.where(HOUSEHOLDS.c.code > after).order_by(HOUSEHOLDS.c.code)
    return list(connection.scalars(page.limit(most)))


def _by_number(sought: str) -> ColumnElement[bool] | None:
    """Return the condition on a phone or a part of a code; None: a name or an address is sought.

    The code of a village may also be read as a phone.
    """
    conditions: list[ColumnElement[bool]] = []
    if (number := _phone(sought)) is not None:
        conditions.append(exists().where(_mine, HOUSEHOLD_PHONES.c.number == number))
    if len(sought) >= _LEAST_DIGITS and sought.isascii() and sought.isdigit():
        conditions.append(HOUSEHOLDS.c.code.contains(sought))
    return or_(*conditions) if conditions else None


def _phone(sought: str) -> str | None:
    try:
        return parse_phone(sought)
    except ValueError:
        return None


def _matches(household: Household, sought: str) -> bool:
    said = (household.code, household.head, household.address, *household.persons)
    return any(sought in each for each in said)
