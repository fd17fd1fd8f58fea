"""Searches the households of a division, also by gaps in their data."""

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
"""Maximum number of households that one request compares with a name; the next one continues."""


_LEAST_DIGITS: Final = 6
"""Minimum length of a number that is searched in codes; shorter ones may be house numbers."""


class Lack(StrEnum):
    """A gap or fault in a household's data."""

    PHONE = "phone"
    SHARED_PHONE = "shared_phone"
    """At least 5 households share one of the household's phones."""
    OFFICER = "officer"
    COORDINATES = "coordinates"


@dataclass(frozen=True, slots=True)
class Listed:
    """A household and its version."""

    household: Household
    version: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of households; `after` is the cursor of the next page, None on the last page."""

    households: list[Listed]
    after: str | None


_mine = HOUSEHOLD_PHONES.c.household == HOUSEHOLDS.c.code

_shared = (
    select(HOUSEHOLD_PHONES.c.number)
    .group_by(HOUSEHOLD_PHONES.c.number)
    .having(func.count() >= SHARED_BY)
    .subquery()
)

# Equal phone numbers have equal encrypted values, so the database can join them.
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
    """Return a page of a division's households, sorted by code.

    `sought` is a phone number, or a part of a code, a name or an address. Names and addresses are
    compared here, because they are encrypted in the database.
    """
    condition = _LACKS[lack] if lack else true()
    by_number = _by_number(sought)
    if by_number is not None:
        condition &= by_number
    # The database does all the filtering, unless a name or an address is sought.
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
    # The condition on codes is redundant, because a code begins with its division's. It lets the
    # database read the index in order of codes; sorting a county's 100,000 households would take 12
    # ms a page.
    inside = households_in([division]) & HOUSEHOLDS.c.code.between(*subtree(division))
    codes = select(HOUSEHOLDS.c.code).where(inside, condition)
    page = codes.where(HOUSEHOLDS.c.code > after).order_by(HOUSEHOLDS.c.code)
    return list(connection.scalars(page.limit(most)))


def _by_number(sought: str) -> ColumnElement[bool] | None:
    """Return the SQL condition on a phone or a part of a code; None if `sought` is neither.

    A number such as a village's code may be either, so the condition allows both.
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
