"""Preview and import of a file of officers or of divisions.

A preview stores the file in a savepoint and rolls back, so that it shows exactly what the import
will do.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Final

from sqlalchemy import Connection, Table

from alerting.access.callers import Known, check_fresh
from alerting.ledger.writer import Transaction
from alerting.messages.languages import LANGUAGES
from alerting.office.officer_edit import SENSITIVE
from alerting.office.roster_file import (
    Outcome,
    RosterFile,
    RosterKind,
    check_token,
    sheets_of,
    with_confirmed,
    written,
)
from alerting.office_log.log import OfficeAct, details_of, record
from alerting.runtime import Runtime
from contacts.bounds import CellError, quoted
from contacts.division import covers
from contacts.roster.clerk_file import Reading
from contacts.roster.comparison import Difference
from contacts.roster.entry_comparison import all_entries, difference_between
from contacts.roster.headings import OFFICERS as OFFICERS_FILE
from contacts.roster.headings import Layout
from contacts.roster.importing import read_divisions, store_divisions
from contacts.roster.layouts import keep_columns
from contacts.roster.officer_import import read_officers_for, store_officers
from contacts.roster.problems import Problem, RosterError
from contacts.roster.sheets import RawSheet
from contacts.roster.store import Report, RosterEntry
from contacts.tables import DIVISIONS, OFFICERS

_Entries = Mapping[str, RosterEntry]

_TABLES: Final[Mapping[RosterKind, Table]] = {
    RosterKind.OFFICERS: OFFICERS,
    RosterKind.DIVISIONS: DIVISIONS,
}

_ACTS: Final = {
    RosterKind.OFFICERS: OfficeAct.IMPORT_OFFICERS,
    RosterKind.DIVISIONS: OfficeAct.IMPORT_DIVISIONS,
}


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a file: a function that stores them, and their positions."""

    store: Callable[[Connection, datetime], Report]
    places: Mapping[str, tuple[str, int]]
    """Sheet and line of each row, by the entry's key."""
    layouts: list[tuple[str, Layout]] = field(default_factory=list)
    readings: Mapping[str, Reading] = field(default_factory=dict)


async def preview_entries(runtime: Runtime, file: RosterFile) -> Outcome:
    """Return what an import of the file would change, without storing anything.

    Raises:
        RosterError: if the file has problems; it lists them up to a maximum number.
    """
    rows = await asyncio.to_thread(runtime.database.look, lambda db: _read(db, file))
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> Outcome:
        with transaction.connection.begin_nested() as savepoint:
            outcome = _store(transaction.connection, file, rows, now)
            savepoint.rollback()
        return outcome

    return await runtime.ledger.write(unit, own_transaction=True)


async def import_entries(runtime: Runtime, known: Known, file: RosterFile, token: str) -> Outcome:
    """Store the whole file that was previewed under this token, or nothing.

    Raises:
        RosterError: if the file has problems; it lists them up to a maximum number.
        ConflictError: if the import would differ from the preview.
        ForbiddenError: if it adds officers, or changes phones or roles, and the session is not
            fresh.
    """
    rows = await asyncio.to_thread(runtime.database.look, lambda db: _read(db, file))
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> Outcome:
        connection = transaction.connection
        outcome = _store(connection, file, rows, now)
        check_token(outcome, token)
        if gives_access(file.kind, outcome.difference):
            check_fresh(known)
        within = file.asked.within
        if rows.layouts:
            keep_columns(connection, OFFICERS_FILE, within, [each for _, each in rows.layouts])
        details = details_of(outcome.difference)
        record(connection, known.officer, _ACTS[file.kind], within, details, now)
        return outcome

    return await runtime.ledger.write(unit, own_transaction=True)


def gives_access(kind: RosterKind, difference: Difference) -> bool:
    """Return whether an import gives anybody new rights, which requires a fresh session."""
    if kind is not RosterKind.OFFICERS:
        return False
    fields = {change.field for _, found in difference.changed for change in found}
    return bool(difference.added or fields & SENSITIVE)


def _read(connection: Connection, file: RosterFile) -> _Rows:
    if file.kind is RosterKind.DIVISIONS:
        with sheets_of(file.content) as sheets:
            sheet = read_divisions(connection, next(sheets, RawSheet(iter(()))))
        places = {code: ("", line) for code, line in sheet.line_by_key.items()}
        return _Rows(lambda db, now: store_divisions(db, sheet, now=now), places)
    file = with_confirmed(connection, file)
    with sheets_of(file.content) as sheets:
        officers = read_officers_for(connection, sheets, LANGUAGES, file.asked)
    return _Rows(
        lambda db, now: store_officers(db, officers, now=now),
        officers.places,
        officers.layouts,
        officers.readings,
    )


def _store(connection: Connection, file: RosterFile, rows: _Rows, now: datetime) -> Outcome:
    table = _TABLES[file.kind]
    before = all_entries(connection, table)
    report = rows.store(connection, now)
    after = all_entries(connection, table)
    changed = [key for key in after if before.get(key) != after[key]]
    _check_scope(file, rows, before, after, changed)
    versions = {"before": before, "after": after}.items()
    stored = chain.from_iterable(
        written(when, (some[key] for key in changed if key in some)) for when, some in versions
    )
    difference = difference_between(before, after)
    return Outcome(difference, report, file.digest(stored), rows.layouts, rows.readings)


def _check_scope(
    file: RosterFile, rows: _Rows, before: _Entries, after: _Entries, changed: list[str]
) -> None:
    """Refuse rows whose old or new division lies outside the file's division."""
    scope = file.asked.within
    beyond = [
        _beyond(key, scope, *rows.places[key])
        for key in changed
        for some in (before, after)
        if key in some and not covers(scope, _place(key, some[key]))
    ]
    if beyond:
        raise RosterError(list(dict.fromkeys(beyond)))


def _place(key: str, entry: RosterEntry) -> str:
    """Return the division of an officer; for a division, its own code."""
    place: str = entry.row.get("division", key)
    return place


def _beyond(key: str, scope: str, sheet: str, line: int) -> Problem:
    fault = CellError(
        f"{key!r} does not lie in your division {scope!r}: remove the row, or give it its "
        "stored values",
        f"{quoted(key)}不在您管理的{quoted(scope)}之内：请去掉这一行，或照原样保留",
    )
    return Problem(line, "", str(fault), fault.chinese, sheet)
