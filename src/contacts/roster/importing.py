"""Import of divisions, households and officers; a file is imported as a whole or not at all.

Rows with a stored key are updated, and their phones replaced. Stored rows that are not in the file
stay unchanged, or are removed if the file is declared complete (`whole`). Every function runs in
the caller's transaction. It stores nothing if it raises RosterError, which has all problems.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from io import StringIO
from typing import TextIO

from sqlalchemy import Connection, select

from contacts.bounds import CellError, quoted
from contacts.division import parent_of
from contacts.roster.checks import Known
from contacts.roster.clerk_file import Asked
from contacts.roster.files import Sheet, read_sheet
from contacts.roster.household_plan import plan_import, read_for, store_plan
from contacts.roster.lines import DivisionLine
from contacts.roster.officer_import import read_officers_for, store_officers
from contacts.roster.retire import retire_divisions
from contacts.roster.sheets import Source, as_sheet
from contacts.roster.store import Report, entry_of, store
from contacts.tables import DIVISIONS


def bazhong_divisions() -> TextIO:
    """Return the package's file with the divisions of Bazhong: see data/SOURCE.md."""
    source = files("contacts").joinpath("data", "bazhong-divisions.csv")
    return StringIO(source.read_text(encoding="utf-8-sig"))


def import_divisions(
    conn: Connection, source: Source, *, now: datetime, whole: bool = False
) -> Report:
    """Import divisions from CSV.

    A parent must be in the file or stored already. But if no parent of the file's topmost tier is
    known, that tier is stored without parents, so that a city's province need not be listed.
    """
    return store_divisions(conn, read_divisions(conn, source), now=now, whole=whole)


def read_divisions(conn: Connection, source: Source) -> Sheet[DivisionLine]:
    """Read the divisions of a file; their parents may be stored already.

    Raises:
        RosterError: with all problems of the file, up to a limit.
    """
    sheet = read_sheet(source, DivisionLine, Known())
    _check_parents(sheet, {*sheet.line_by_key, *conn.scalars(select(DIVISIONS.c.code))})
    sheet.problems.check()
    return sheet


def store_divisions(
    conn: Connection, sheet: Sheet[DivisionLine], *, now: datetime, whole: bool = False
) -> Report:
    """Store the divisions of a file; if it is `whole`, remove those that are not in it."""
    known = {*sheet.line_by_key, *conn.scalars(select(DIVISIONS.c.code))}
    divisions = sorted((division for _, division in sheet.lines), key=lambda d: len(d.code))
    entries = list(map(entry_of, divisions))
    for entry in entries:
        if entry.row["parent"] not in known:
            entry.row["parent"] = None
    report = store(conn, DIVISIONS, entries, now)
    gone = retire_divisions(conn, sheet.line_by_key, now) if whole else 0
    return replace(report, retired=gone)


def import_households(
    conn: Connection,
    source: Source,
    languages: Collection[str],
    *,
    now: datetime,
    whole: bool = False,
) -> Report:
    """Import households; `languages` holds the codes of the languages that the service has.

    Their divisions and officers must be stored already.
    """
    file = read_for(conn, [as_sheet(source)], languages, Asked())
    return store_plan(conn, plan_import(conn, file, whole=whole), now)


def import_officers(
    conn: Connection,
    source: Source,
    languages: Collection[str],
    *,
    now: datetime,
    whole: bool = False,
) -> Report:
    """Import officers; `languages` holds the codes of the languages that the service has.

    Their divisions must be stored already. A deputy's principal must be stored or in the file.
    """
    file = read_officers_for(conn, [as_sheet(source)], languages, Asked())
    return store_officers(conn, file, now=now, whole=whole)


def _check_parents(sheet: Sheet[DivisionLine], known: Collection[str]) -> None:
    top = min((len(division.code) for _, division in sheet.lines), default=0)
    above = {parent_of(d.code) for _, d in sheet.lines if len(d.code) == top}
    free = top if above.isdisjoint(known) else None
    for line, division in sheet.lines:
        if division.parent not in known and len(division.code) != free:
            parent = parent_of(division.code)
            fault = CellError(
                f"{division.parent or ''!r} is not known: write {parent!r}, and add a line for it "
                "if there is none",
                f"没有{quoted(division.parent or '')}这个区划：请写{quoted(parent or '')}，"
                "没有这一行时请加上",
            )
            sheet.refuse(line, "parent", fault)
