"""Export of the roster as CSV or as a workbook, in the columns of the import.

Importing an exported file changes nothing.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, BinaryIO, Final, TextIO

from sqlalchemy import ColumnElement, Connection, Table, select
from xlsxwriter import Workbook

from contacts.directory import households_in
from contacts.division import subtree
from contacts.roster.lines import DivisionLine, HouseholdLine, OfficerLine, columns
from contacts.roster.store import RosterEntry, stored_entries
from contacts.tables import DIVISIONS, HOUSEHOLDS, OFFICERS

_SHAPES: Final[Mapping[str, tuple[Table, type[Any]]]] = {
    "divisions": (DIVISIONS, DivisionLine),
    "officers": (OFFICERS, OfficerLine),
    "households": (HOUSEHOLDS, HouseholdLine),
}

KINDS: Final = tuple(_SHAPES)

_AT_ONCE: Final = 1_000

_WIDTH: Final = 16

WORKBOOK: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""Options of a workbook, so that no text from people becomes a formula or a link."""


def write_csv(conn: Connection, kind: str, division: str, out: TextIO) -> int:
    """Write a division's rows of one kind as CSV; return their number.

    An empty division stands for all.
    """
    writer, written = csv.writer(out, lineterminator="\r\n"), -1
    for row in _rows(conn, kind, division):
        writer.writerow(row)
        written += 1
    return written


def write_workbook(conn: Connection, kind: str, division: str, out: BinaryIO) -> int:
    """Write the same rows as `write_csv` as an .xlsx file; return their number."""
    last = 0
    with Workbook(out, WORKBOOK) as book:
        sheet = book.add_worksheet(kind)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 30, _WIDTH)
        for last, row in enumerate(_rows(conn, kind, division)):
            for column, cell in enumerate(row):
                sheet.write_string(last, column, cell)
    return last


def _rows(conn: Connection, kind: str, division: str) -> Iterator[Sequence[str]]:
    """Yield the header, then a row for each entry, ordered by key."""
    table, shape = _SHAPES[kind]
    key = next(iter(table.primary_key.columns))
    keys = conn.scalars(select(key).where(_within(table, division)).order_by(key)).all()
    words = _languages(conn, division) if table is DIVISIONS else ()
    header = (*columns(shape), *words)
    yield header
    for start in range(0, len(keys), _AT_ONCE):
        chunk = keys[start : start + _AT_ONCE]
        entries = stored_entries(conn, table, chunk)
        for each in chunk:
            cells = _cells(entries[each])
            yield [cells.get(name, "") for name in header]


def _within(table: Table, division: str) -> ColumnElement[bool]:
    if table is HOUSEHOLDS:
        return households_in([division])
    place = table.c.code if table is DIVISIONS else table.c.division
    return place.between(*subtree(division))


def _languages(conn: Connection, division: str) -> list[str]:
    """Return the sorted names of the translated columns that at least one division has filled."""
    found = conn.scalars(select(DIVISIONS.c.words).where(_within(DIVISIONS, division)))
    return sorted({name for words in found for name in words})


def _cells(entry: RosterEntry) -> dict[str, str]:
    row = dict(entry.row)
    words = row.pop("words", {})
    return {
        **{name: _written(value) for name, value in row.items()},
        **words,
        "phones": ";".join(entry.phones),
    }


def _written(value: object) -> str:
    if value is None:
        return ""
    # Never in scientific notation, which the import does not read.
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)
