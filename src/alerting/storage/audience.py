"""Whom an alert reaches: which households an area holds, counted before it is sent."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, Connection, and_, bindparam, case, func, select

from alerting.core.cap import Area
from alerting.core.errors import InvalidError
from alerting.core.plan import Audience
from alerting.core.text import HOME_LANGUAGE
from alerting.storage.officer_calls import called_at_once
from contacts.directory import (
    division,
    households_in,
    households_within,
    officers_for,
    outermost,
    village_names,
)
from contacts.division import village_of
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS

_COMMITTEES: Final = (
    ("居民委员会", ""),
    ("居委会", ""),
    ("村村民委员会", "村"),
    ("村民委员会", "村"),
    ("村村委会", "村"),
    ("村委会", "村"),
)
"""How the statistics end a village's name, and what of that people say."""


@dataclass(frozen=True)
class Expected:
    """An area resolved: its divisions, and the condition on the roster of who is expected."""

    divisions: tuple[str, ...]
    condition: ColumnElement[bool]


def resolve(connection: Connection, area: Area) -> Expected:
    """Return whom an area means.

    A polygon means the households in it; its divisions are the villages they lie in.

    Raises:
        InvalidError: if a division is unknown, the polygon is none, or holds no household.
    """
    if area.polygon:
        return _resolve_polygon(connection, area.polygon)
    for code in area.divisions:
        if division(connection, code) is None:
            raise InvalidError("area.divisions", f"{code} is not a known division; correct it")
    divisions = tuple(outermost(area.divisions))
    return Expected(divisions, households_in(divisions))


def count(connection: Connection, expected: Expected) -> Audience:
    """Count whom the roster has in an area, and who would be called."""
    has_phone = and_(
        HOUSEHOLD_PHONES.c.household == HOUSEHOLDS.c.code, HOUSEHOLD_PHONES.c.position == 0
    )
    rows = connection.execute(
        select(
            HOUSEHOLDS.c.language,
            func.count(HOUSEHOLDS.c.code),
            func.sum(HOUSEHOLDS.c.headcount),
            func.sum(case((HOUSEHOLDS.c.vulnerable != "", 1), else_=0)),
            func.count(HOUSEHOLD_PHONES.c.number),
        )
        .join(HOUSEHOLD_PHONES, has_phone, isouter=True)
        .where(expected.condition)
        .group_by(HOUSEHOLDS.c.language)
    ).all()
    officers = called_at_once(officers_for(connection, expected.divisions))
    texts = {language: int(with_phone) for language, _, _, _, with_phone in rows}
    called = sum(1 for officer in officers if officer.phones)
    texts[HOME_LANGUAGE] = texts.get(HOME_LANGUAGE, 0) + called
    households = sum(row[1] for row in rows)
    return Audience(
        households=households,
        people=sum(int(row[2]) for row in rows),
        vulnerable_households=sum(int(row[3]) for row in rows),
        households_without_phone=households - sum(row[4] for row in rows),
        officers=len(officers),
        texts_by_language=texts,
        calls=called,
    )


def place_name(connection: Connection, divisions: tuple[str, ...]) -> str:
    """Return what people call an area: a village with its town, or the first and how many."""
    first = division(connection, divisions[0])
    if first is None:
        return divisions[0]
    if len(divisions) > 1:
        return f"{_short(first.name)}等{len(divisions)}处"
    above = division(connection, first.parent) if first.parent else None
    return f"{above.name}{_short(first.name)}" if above else first.name


def short_names(connection: Connection, codes: Collection[str]) -> dict[str, str]:
    """Return what people call these divisions, by code."""
    names = village_names(connection, codes)
    return {code: _short(name) for code, name in names.items()}


def _short(name: str) -> str:
    """Return a village's name without the committee that the statistics name it by."""
    for committee, kept in _COMMITTEES:
        if name.endswith(committee):
            return name.removesuffix(committee) + kept
    return name


def _resolve_polygon(connection: Connection, polygon: tuple[tuple[float, float], ...]) -> Expected:
    try:
        inside = households_within(connection, polygon)
    except ValueError as wrong:
        raise InvalidError("area.polygon", str(wrong)) from None
    if not inside:
        raise InvalidError(
            "area.polygon",
            "no household with coordinates lies in it; draw it anew, or name divisions",
        )
    villages = tuple(sorted({village_of(code) for code in inside}))
    # Rendered into the statement: a list may be longer than a statement may have parameters.
    codes: BindParameter[list[str]] = bindparam(
        "inside", inside, expanding=True, literal_execute=True
    )
    return Expected(villages, HOUSEHOLDS.c.code.in_(codes))
