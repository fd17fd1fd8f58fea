"""Removal of roster rows that are not in a complete file any more, in the caller's transaction.

Alerts do not change: rolls are copies of households, and `contacts.past` keeps the history of
officers and divisions.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import Column, Connection, Table, case, delete, select, update

from contacts.division import village_of
from contacts.past import keep_gone
from contacts.roster.problems import Problem, RosterError
from contacts.tables import (
    DIVISIONS,
    DUTY_PERIODS,
    DUTY_TURNS,
    HAZARD_POINT_HOUSEHOLDS,
    HAZARD_POINTS,
    HOUSEHOLD_PHONES,
    HOUSEHOLDS,
    OFFICER_NOTICES,
    OFFICER_PHONES,
    OFFICER_SESSIONS,
    OFFICER_TOKENS,
    OFFICERS,
    PASSKEYS,
    RECOVERY_CODES,
    SIGN_IN_LINKS,
)

_CHUNK: Final = 500

_USERS: Final = ((HOUSEHOLDS, "households", "住户"), (OFFICERS, "officers", "责任人"))
"""The tables whose rows belong to a division, each with its name in English and Chinese."""

_OF_OFFICERS: Final = (
    DUTY_PERIODS,
    DUTY_TURNS,
    OFFICER_PHONES,
    OFFICER_TOKENS,
    OFFICER_SESSIONS,
    PASSKEYS,
    RECOVERY_CODES,
    SIGN_IN_LINKS,
    OFFICER_NOTICES,
)


def retire_households(connection: Connection, gone: list[str]) -> None:
    """Remove households, their phones, and their entries in the lists of hazard points.

    Households that they looked after have no centre household until one is named.
    """
    for some in _chunks(gone):
        in_care = update(HOUSEHOLDS).where(HOUSEHOLDS.c.centre.in_(some))
        connection.execute(in_care.values(centre=None))
    owned = (HOUSEHOLD_PHONES, HAZARD_POINT_HOUSEHOLDS)
    _remove(connection, gone, *(table.c.household for table in owned), HOUSEHOLDS.c.code)


def follow_moves(connection: Connection, moved: Iterable[tuple[str, str]]) -> None:
    """Replace the codes of moved households, given as (old, new), in the rows that refer to them.

    These are the rows of hazard points and, for moves within a village, the rows of the households
    that the moved households look after.
    """
    listed, centre, codes = HAZARD_POINT_HOUSEHOLDS.c.household, HOUSEHOLDS.c.centre, dict(moved)
    for some in _chunks(list(codes)):
        new = case({old: codes[old] for old in some}, value=listed)
        followed = update(HAZARD_POINT_HOUSEHOLDS).where(listed.in_(some)).values(household=new)
        connection.execute(followed)
        near = {old: codes[old] for old in some if village_of(old) == village_of(codes[old])}
        if near:
            cared_for = update(HOUSEHOLDS).where(centre.in_(near))
            connection.execute(cared_for.values(centre=case(near, value=centre)))


def follow_merge(connection: Connection, gone: str, into: str) -> None:
    """Replace the code of a household that joins another one, in the same rows as `follow_moves`.

    A hazard point that listed both households then lists only the remaining one.
    """
    listed = HAZARD_POINT_HOUSEHOLDS.c
    both = select(listed.point).where(listed.household == into)
    connection.execute(
        delete(HAZARD_POINT_HOUSEHOLDS).where(listed.household == gone, listed.point.in_(both))
    )
    follow_moves(connection, [(gone, into)])


def retire_officers_but(connection: Connection, named: Collection[str], now: datetime) -> int:
    """Remove all officers except those whose ids are in `named`; return how many."""
    gone = _others(connection, OFFICERS.c.id, named)
    retire_officers(connection, gone, now)
    return len(gone)


def retire_officers(connection: Connection, gone: list[str], now: datetime) -> None:
    """Remove officers, with their phones, credentials and entries in the rota.

    Their households, deputies and hazard points have no officer until one is assigned.
    """
    _keep(connection, OFFICERS, gone, now)
    for some in _chunks(gone):
        theirs = select(OFFICERS.c.id).where(OFFICERS.c.deputy_of.in_(some))
        _keep(connection, OFFICERS, list(connection.scalars(theirs)), now)
    for column in (HOUSEHOLDS.c.officer, OFFICERS.c.deputy_of):
        for some in _chunks(gone):
            connection.execute(
                update(column.table).where(column.in_(some)).values({column.name: None})
            )
    points = HAZARD_POINTS.c
    # The version is increased, so that a page opened earlier cannot save the old watcher again.
    unwatched = update(HAZARD_POINTS).values(watcher=None, version=points.version + 1)
    for some in _chunks(gone):
        connection.execute(unwatched.where(points.watcher.in_(some)))
    owners = [table.c.officer for table in _OF_OFFICERS]
    _remove(connection, gone, DUTY_PERIODS.c.in_place_of, *owners, OFFICERS.c.id)


def retire_divisions(connection: Connection, named: Collection[str], now: datetime) -> int:
    """Remove all divisions except those whose codes are in `named`; return how many.

    Raises:
        RosterError: if a household or an officer still belongs to one of them.
    """
    gone = _others(connection, DIVISIONS.c.code, named)
    for table, whose, chinese in _USERS:
        for some in _chunks(gone):
            used = select(table.c.division).where(table.c.division.in_(some)).limit(1)
            if code := connection.execute(used).scalar():
                raise RosterError([_still_used(code, whose, chinese)])
    remove_divisions(connection, gone, now)
    return len(gone)


def remove_divisions(connection: Connection, gone: list[str], now: datetime) -> None:
    """Remove divisions to which no household and no officer belongs any more."""
    _keep(connection, DIVISIONS, gone, now)
    # Longer codes first, so that parts are removed before the divisions around them.
    for code in sorted(gone, key=len, reverse=True):
        connection.execute(delete(DIVISIONS).where(DIVISIONS.c.code == code))


def empty_file() -> RosterError:
    """Return the error for a complete file that is empty."""
    return RosterError(
        [
            Problem(
                1,
                "",
                "the file is empty: the whole roster would be retired",
                "文件是空的：整个名册都会被注销",
            )
        ]
    )


def _still_used(code: str, whose: str, chinese: str) -> Problem:
    return Problem(
        1,
        "code",
        f"{code} still has {whose}: import them first, or keep its line",
        f"{code}还有{chinese}：请先导入他们，或保留这一行",
    )


def _others(connection: Connection, key: "Column[str]", named: Collection[str]) -> list[str]:
    if not named:
        raise empty_file()
    return [each for each in connection.execute(select(key)).scalars() if each not in named]


def _keep(connection: Connection, table: Table, gone: list[str], now: datetime) -> None:
    for some in _chunks(gone):
        keep_gone(connection, table, some, now)


def _remove(connection: Connection, gone: list[str], *owners: "Column[str]") -> None:
    for owner in owners:
        table: Table = owner.table
        for some in _chunks(gone):
            connection.execute(delete(table).where(owner.in_(some)))


def _chunks(keys: list[str]) -> list[list[str]]:
    return [keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK)]
