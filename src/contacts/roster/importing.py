"""Import of divisions, households and officers, atomic per file.

A stored key is updated and its phones are replaced; rows that the file does not name stay
unchanged, unless the file is declared the whole: then they are removed. Every function runs in the
caller's transaction. It raises RosterError with every problem of the file, and then stores nothing
of that file.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from importlib.resources import files
from io import StringIO
from typing import Any, Final, TextIO

from sqlalchemy import Connection, select

from contacts.division import parent_of
from contacts.roster.files import RosterError, Sheet, read_lines, read_sheet
from contacts.roster.lines import (
    DivisionLine,
    HouseholdLine,
    Known,
    OfficerLine,
    RosterLine,
)
from contacts.roster.retire import retire_divisions, retire_households, retire_officers
from contacts.roster.store import Report, RosterEntry, store
from contacts.tables import DIVISIONS, HOUSEHOLDS, OFFICERS


def bazhong_divisions() -> TextIO:
    """Return the divisions file of Bazhong that the package contains: see data/SOURCE.md."""
    source = files("contacts").joinpath("data", "bazhong-divisions.csv")
    return StringIO(source.read_text(encoding="utf-8-sig"))


def import_divisions(conn: Connection, source: TextIO, *, whole: bool = False) -> Report:
    """Import divisions from CSV.

    A parent must be in the file or stored already. One exception: if no parent of the file's
    topmost tier is known, that tier is stored without parents, so that a city's province need not
    be listed.
    """
    sheet = read_sheet(source, DivisionLine, Known())
    known = {*sheet.line_by_key, *conn.scalars(select(DIVISIONS.c.code))}
    _check_parents(sheet, known)
    _refuse_problems(sheet)
    divisions = sorted((division for _, division in sheet.lines), key=lambda d: len(d.code))
    entries = list(map(_entry, divisions))
    for entry in entries:
        if entry.row["parent"] not in known:
            entry.row["parent"] = None
    report = store(conn, DIVISIONS, entries)
    gone = retire_divisions(conn, sheet.line_by_key) if whole else 0
    return replace(report, retired=gone)


def import_households(
    conn: Connection, source: TextIO, languages: Collection[str], *, whole: bool = False
) -> Report:
    """Import households from CSV; `languages` are the languages the service has texts in.

    Their divisions and officers must be stored already.
    """
    known = Known(
        divisions=set(conn.scalars(select(DIVISIONS.c.code))),
        officers=set(conn.scalars(select(OFFICERS.c.id))),
        languages=languages,
    )
    sheet: Sheet[HouseholdLine] = Sheet()
    lines = read_lines(source, HouseholdLine, known, sheet)
    # Rows are stored while the file is read, so that memory use is bounded. The savepoint undoes
    # them if a line is bad.
    with conn.begin_nested():
        good = (_entry(household) for _, household in lines if not sheet.problems)
        report = store(conn, HOUSEHOLDS, good)
        _refuse_problems(sheet)
        gone = retire_households(conn, sheet.line_by_key) if whole else 0
        _check_centres(conn, sheet)
        _refuse_problems(sheet)
    return replace(report, retired=gone)


def import_officers(
    conn: Connection, source: TextIO, languages: Collection[str], *, whole: bool = False
) -> Report:
    """Import officers from CSV; `languages` are the languages the service has texts in.

    Their divisions must be stored already; a deputy's principal is in the file or stored.
    """
    divisions = set(conn.scalars(select(DIVISIONS.c.code)))
    sheet = read_sheet(source, OfficerLine, Known(divisions=divisions, languages=languages))
    principals = {
        **dict(conn.execute(select(OFFICERS.c.id, OFFICERS.c.deputy_of)).all()),
        **dict.fromkeys(sheet.line_by_key),
        **{officer.id: officer.deputy_of for _, officer in sheet.lines},
    }
    _check_deputies(sheet, principals)
    _refuse_problems(sheet)
    officers = [officer for _, officer in sheet.lines]
    officers.sort(key=lambda officer: len(_above(officer.id, principals)))
    report = store(conn, OFFICERS, list(map(_entry, officers)))
    gone = retire_officers(conn, sheet.line_by_key) if whole else 0
    return replace(report, retired=gone)


def _check_parents(sheet: Sheet[DivisionLine], known: Collection[str]) -> None:
    top = min((len(division.code) for _, division in sheet.lines), default=0)
    above = {parent_of(d.code) for _, d in sheet.lines if len(d.code) == top}
    free = top if above.isdisjoint(known) else None
    for line, division in sheet.lines:
        if division.parent not in known and len(division.code) != free:
            message = f"{division.parent or ''!r} is not known: write {parent_of(division.code)!r}"
            sheet.refuse(line, "parent", f"{message}, and add its line if it has none")


_CENTRE: Final = HOUSEHOLDS.alias("centre")

_LOST_CENTRES: Final = (
    select(HOUSEHOLDS.c.code, HOUSEHOLDS.c.centre)
    .outerjoin(_CENTRE, _CENTRE.c.code == HOUSEHOLDS.c.centre)
    .where(HOUSEHOLDS.c.centre.is_not(None), _CENTRE.c.code.is_(None))
    .order_by(HOUSEHOLDS.c.code)
)


def _check_centres(conn: Connection, sheet: Sheet[HouseholdLine]) -> None:
    """Refuse the lines whose neighbour is in neither the file nor the roster."""
    for code, centre in conn.execute(_LOST_CENTRES):
        message = f"{centre!r} is not a known household: add its line, or correct it"
        sheet.refuse(sheet.line_by_key[code], "centre", message)


def _check_deputies(sheet: Sheet[OfficerLine], principals: Mapping[str, str | None]) -> None:
    for line, officer in sheet.lines:
        principal = officer.deputy_of
        if principal is not None and principal not in principals:
            message = f"{principal!r} is not a known officer: add their line, or correct it"
            sheet.refuse(line, "deputy_of", message)
        above = _above(officer.id, principals)
        if officer.id in above:
            ring = " -> ".join([officer.id, *above])
            message = f"nobody deputises for themselves ({ring}): clear one of these cells"
            sheet.refuse(line, "deputy_of", message)


def _above(officer: str, principals: Mapping[str, str | None]) -> list[str]:
    """Return the officer's principal, the principal's principal and so on, each once."""
    above: list[str] = []
    principal = principals.get(officer)
    while principal is not None and principal not in above:
        above.append(principal)
        principal = principals.get(principal)
    return above


def _refuse_problems(sheet: Sheet[Any]) -> None:
    if sheet.problems:
        raise RosterError(sheet.problems)


def _entry(line: RosterLine) -> RosterEntry:
    row = {name: getattr(line, name) for name in line.__dataclass_fields__}
    return RosterEntry(row, row.pop("phones", ()))
