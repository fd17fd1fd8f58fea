"""Reads roster files with their own headings, parses every line, and collects all problems."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from contacts.bounds import CellError, quoted
from contacts.roster.checks import Known
from contacts.roster.headings import is_heading
from contacts.roster.lines import (
    DivisionLine,
    HouseholdLine,
    OfficerLine,
    RosterLine,
    by_field,
    columns,
    is_column,
    required,
)
from contacts.roster.problems import Problem, Problems
from contacts.roster.sheets import RawSheet, Row, Source, as_sheet
from contacts.roster.text_files import open_text
from contacts.roster.workbooks import is_workbook, open_workbook

_L = TypeVar("_L", bound=RosterLine)

_OWN_HEADINGS: Final = frozenset(
    name for shape in (DivisionLine, HouseholdLine, OfficerLine) for name in columns(shape)
)


@dataclass(slots=True)
class Sheet(Generic[_L]):
    """A sheet that was read: its valid lines with their numbers, all its keys, and its problems."""

    lines: list[tuple[int, _L]] = field(default_factory=list)
    line_by_key: dict[str, int] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    name: str = ""
    """The name of a workbook's sheet."""

    def refuse(self, line: int, column: str, fault: CellError) -> None:
        """Record a problem; raise RosterError if there are too many to correct at once."""
        self.problems.add(Problem(line, column, str(fault), fault.chinese, self.name))


def open_roster(path: Path) -> Generator[RawSheet, None, None]:
    """Yield the sheets of a roster file. Read the rows of a sheet before taking the next one.

    Raises:
        RosterError: if the file is damaged or too large, or its encoding is unknown.
    """
    if is_workbook(path):
        yield from open_workbook(path)
    else:
        yield open_text(path, lambda cell: cell in _OWN_HEADINGS or is_heading(cell))


def read_sheet(source: Source, shape: type[_L], known: Known) -> Sheet[_L]:
    """Read a sheet whose headings are the fields of `shape`; the first column is the key.

    Raises:
        RosterError: if the header is wrong, so that nothing else can be read.
    """
    raw = as_sheet(source)
    sheet: Sheet[_L] = Sheet(name=raw.name)
    rows = raw.rows
    first = next(rows, Row(1, []))
    header = [name.strip().removeprefix("\ufeff") for name in first.cells]
    _check_header(header, shape, sheet)
    sheet.problems.check()
    adapter = TypeAdapter(shape)
    for row in rows:
        if fault := row.fault or _width_fault(row, header):
            sheet.refuse(row.line, "", fault)
            continue
        cells = dict(zip(header, row.cells, strict=True))
        _check_key(sheet, row.line, columns(shape)[0], cells)
        good = _read_line(sheet, adapter, row.line, by_field(shape, cells), known)
        if good is not None:
            sheet.lines.append((row.line, good))
    return sheet


def _width_fault(row: Row, header: list[str]) -> CellError | None:
    if len(row.cells) == len(header):
        return None
    return CellError(
        f"has {len(row.cells)} cells, but the header has {len(header)}: "
        "put a cell that contains a comma in double quotes",
        f"有{len(row.cells)}格，标题有{len(header)}格：请给含逗号的格加双引号",
    )


def _check_header(header: list[str], shape: type[_L], sheet: Sheet[_L]) -> None:
    expected = columns(shape)
    for name in required(shape):
        if name not in header:
            sheet.refuse(1, name, _missing(expected))
    for position, name in enumerate(header):
        if not is_column(shape, name):
            sheet.refuse(1, name, _unknown(expected))
        elif name in header[:position]:
            sheet.refuse(1, name, CellError("is there twice: remove one", "有两列：请去掉一列"))


def _check_key(sheet: Sheet[_L], line: int, column: str, row: dict[str, str]) -> None:
    key = row[column].strip()
    first = sheet.line_by_key.setdefault(key, line)
    if key and first != line:
        fault = CellError(
            f"{key!r} is on line {first} already: remove one",
            f"{quoted(key)}在第{first}行已有：请去掉一个",
        )
        sheet.refuse(line, column, fault)


def _missing(expected: Sequence[str]) -> CellError:
    header = ",".join(expected)
    return CellError(f"is missing: the header is {header}", f"缺少这一列：标题行是 {header}")


def _unknown(expected: Sequence[str]) -> CellError:
    header = ",".join(expected)
    return CellError(f"is unknown: the header is {header}", f"没有这一列：标题行是 {header}")


def _read_line(
    sheet: Sheet[_L], adapter: TypeAdapter[_L], line: int, row: dict[str, Any], known: Known
) -> _L | None:
    try:
        return adapter.validate_python(row, context=known)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            # Every check raises CellError, so each error has this context. For translated columns,
            # `loc` holds the field first and the column last.
            sheet.refuse(line, str(detail["loc"][-1]), detail["ctx"]["error"])
    return None
