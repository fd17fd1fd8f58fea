"""Searches the officers of a division, also by role, missing phone or duty."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, exists, select, true

from alerting.office.edits import version_of
from contacts.directory import Officer, officers_named, village_names
from contacts.division import subtree
from contacts.duty.officers import officers_on_duty
from contacts.people import Role, parse_phone
from contacts.roster.store import stored_entries
from contacts.tables import OFFICER_PHONES, OFFICERS

_READ_AT_ONCE: Final = 500

_MOST_READ: Final = 10_000
"""Maximum number of officers that one request compares with a name; the next one continues."""


@dataclass(frozen=True, slots=True)
class Sought:
    """The filters of a list of officers."""

    division: str
    text: str = ""
    """A part of an id or a name, or a whole phone number."""
    role: Role | None = None
    is_without_phone: bool = False
    is_on_duty: bool = False
    is_of_place_alone: bool = False
    """Whether to omit officers of divisions below."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An officer, with the related names, the version and the duty that a list shows."""

    officer: Officer
    place: str
    """The name of the officer's division."""
    principal: str | None
    """The name of the officer whose deputy this officer is."""
    version: str
    is_on_duty: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A page of officers; `after` is the cursor of the next page, None on the last page."""

    officers: list[Listed]
    after: str | None


_has_phone: Final = exists().where(OFFICER_PHONES.c.officer == OFFICERS.c.id)


def list_officers(
    connection: Connection, sought: Sought, after: str, most: int, now: datetime
) -> Found:
    """Return a page of officers, sorted by id.

    Names are compared here, because they are encrypted in the database.
    """
    number = _phone(sought.text)
    condition = _condition(sought, number)
    on_duty = {each.id for each in officers_on_duty(connection, [sought.division], now)}
    found: list[Officer] = []
    for _ in range(_MOST_READ // _READ_AT_ONCE):
        page = select(OFFICERS.c.id).where(condition, OFFICERS.c.id > after).order_by(OFFICERS.c.id)
        ids = list(connection.scalars(page.limit(_READ_AT_ONCE)))
        for each in officers_named(connection, ids).values():
            after = each.id
            if sought.is_on_duty and each.id not in on_duty:
                continue
            if number is not None or sought.text in each.id or sought.text in each.name:
                found.append(each)
                if len(found) == most:
                    return Found(_with_names(connection, found, on_duty), after)
        if len(ids) < _READ_AT_ONCE:
            return Found(_with_names(connection, found, on_duty), None)
    return Found(_with_names(connection, found, on_duty), after)


def _condition(sought: Sought, number: str | None) -> ColumnElement[bool]:
    if sought.is_of_place_alone:
        condition = OFFICERS.c.division == sought.division
    else:
        condition = OFFICERS.c.division.between(*subtree(sought.division))
    has_number = exists().where(
        OFFICER_PHONES.c.officer == OFFICERS.c.id, OFFICER_PHONES.c.number == number
    )
    return and_(
        condition,
        OFFICERS.c.role == sought.role if sought.role else true(),
        ~_has_phone if sought.is_without_phone else true(),
        has_number if number is not None else true(),
    )


def _with_names(
    connection: Connection, found: list[Officer], on_duty: Collection[str]
) -> list[Listed]:
    places = village_names(connection, {each.division for each in found})
    principals = officers_named(connection, {each.deputy_of for each in found if each.deputy_of})
    stored = stored_entries(connection, OFFICERS, [each.id for each in found])
    return [
        Listed(
            each,
            places[each.division],
            principals[each.deputy_of].name if each.deputy_of else None,
            version_of(stored[each.id]),
            each.id in on_duty,
        )
        for each in found
    ]


def _phone(text: str) -> str | None:
    try:
        return parse_phone(text)
    except ValueError:
        return None
