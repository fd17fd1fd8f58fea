"""Reads the sheets of a clerk's file: finds the row of headings, then reads the rows below."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Final

from contacts.bounds import CellError
from contacts.roster.clerk_file import Asked, ClerkFile, L
from contacts.roster.headings import Layout, asked_fault, chinese_name, find_layout, layout_faults
from contacts.roster.row_reading import RowReading
from contacts.roster.sheets import RawSheet, Row

TITLE_ROWS: Final = 20
"""Number of rows at the top of a sheet among which the headings must be."""


def read_sheets(
    file: ClerkFile[L],
    sheets: Iterable[RawSheet],
    kind: str,
    required: Sequence[str],
    asked: Asked,
    read: Callable[[RowReading], L | None],
) -> None:
    """Read every sheet that has headings; `read` returns a row's line, or None if it has a fault.

    Raises:
        RosterError: with all problems, up to a limit.
    """
    for sheet in sheets:
        first = list(islice(sheet.rows, TITLE_ROWS))
        rows = [(row.line, row.cells) for row in first]
        layout = find_layout(rows, kind, asked.confirmed, asked.columns)
        if layout is None:
            file.unread_sheets.extend([sheet.name] if first else [])
            continue
        file.layouts.append((sheet.name, layout))
        faults = layout_faults(layout, required)
        for name, fault in faults:
            file.refuse(sheet.name, layout.line, name, fault)
        below = (row for row in first if row.line > layout.line)
        if not faults:
            _read_rows(file, sheet, layout, chain(below, sheet.rows), read)
    if fault_of_asked := asked_fault([each for _, each in file.layouts], kind, asked.columns):
        file.refuse("", 1, *fault_of_asked)
    if not file.layouts:
        file.refuse("", 1, "", _without_headings(required))
    file.problems.check()


def _read_rows(
    file: ClerkFile[L],
    sheet: RawSheet,
    layout: Layout,
    rows: Iterator[Row],
    read: Callable[[RowReading], L | None],
) -> None:
    above: dict[str, str] = {}
    for row in rows:
        if fault := row.fault or _width_fault(row, layout):
            file.refuse(sheet.name, row.line, "", fault)
            continue
        reading = RowReading(sheet, layout, row, above)
        line = read(reading)
        for name, fault in reading.faults.items():
            file.refuse(sheet.name, row.line, layout.heading(name), fault)
        if line is not None:
            file.lines.append(line)


def noted(file: ClerkFile[Any], row: RowReading, name: str, read: Callable[[str], Any]) -> Any:
    """Return the value that `read` makes of a cell; count the cell if its value was changed."""
    text = row.text(name).strip()
    value = row.attempt(name, lambda: read(text))
    told = ";".join(value) if isinstance(value, tuple) else str(value or "")
    if told != text and not _says(text, told) and name not in row.faults:
        file.note(name, text, told)
    return value


def _says(text: str, told: str) -> bool:
    """Return whether a cell has the same digits as the value that was read from it."""
    digits = "".join(filter(str.isdigit, text))
    return bool(digits) and text.isascii() and told.replace("+86", "").replace(";", "") == digits


def _width_fault(row: Row, layout: Layout) -> CellError | None:
    if not any(row.cells[len(layout.fields) :]):
        return None
    return CellError(
        f"has {len(row.cells)} cells, but the header has {len(layout.fields)}: "
        "put a cell that contains a comma in double quotes",
        f"有{len(row.cells)}格，标题只有{len(layout.fields)}格：请给含逗号的格加双引号",
    )


def _without_headings(required: Sequence[str]) -> CellError:
    chinese = "”“".join(map(chinese_name, required))
    return CellError(
        f"no row has known headings: name the columns {', '.join(required)}, or run "
        "again with --map FIELD=HEADING",
        f"找不到标题行：请把各列标题写成“{chinese}”等，或加 --map 栏目=标题 再运行",
    )
