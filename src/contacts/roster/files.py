"""Reads roster files: parses every line and collects all problems."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TextIO, TypeVar

from pydantic import TypeAdapter, ValidationError

from contacts.roster.lines import Known, RosterLine, by_field, columns, is_column, required

_L = TypeVar("_L", bound=RosterLine)


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem in a file. Line 1 is the header; an empty `column` means the whole line."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.column}" if self.column else f"line {self.line}"
        return f"{place}: {self.message}"


class RosterError(Exception):
    """The roster was refused, and nothing of it was stored."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(slots=True)
class Sheet(Generic[_L]):
    """A file as read: its valid lines with their numbers, all keys in it, and its problems."""

    lines: list[tuple[int, _L]] = field(default_factory=list)
    line_by_key: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, line: int, column: str, message: str) -> None:
        """Record a problem."""
        self.problems.append(Problem(line, column, message))


def open_roster(path: Path) -> TextIO:
    """Open a roster file as the import needs it: UTF-8, with or without a byte order mark."""
    return path.open(encoding="utf-8-sig", newline="")


def read_sheet(source: TextIO, shape: type[_L], known: Known) -> Sheet[_L]:
    """Read a CSV file of lines of one shape; the first column is the key.

    Raises:
        RosterError: if the header is wrong or the file is not UTF-8, so that no more can be read.
    """
    sheet: Sheet[_L] = Sheet()
    sheet.lines.extend(read_lines(source, shape, known, sheet))
    return sheet


def read_lines(
    source: TextIO, shape: type[_L], known: Known, sheet: Sheet[_L]
) -> Iterator[tuple[int, _L]]:
    """Yield the valid lines one by one, with their numbers; record the problems in the sheet.

    Only the keys of the lines yielded are stored, because a file may be larger than the memory.

    Raises:
        RosterError: as `read_sheet` does.
    """
    rows = _rows(source, sheet)
    header = [name.strip().removeprefix("\ufeff") for name in next(rows, (1, []))[1]]
    _check_header(header, shape, sheet)
    if sheet.problems:
        raise RosterError(sheet.problems)
    adapter = TypeAdapter(shape)
    for line, cells in rows:
        if len(cells) != len(header):
            sheet.refuse(
                line,
                "",
                f"has {len(cells)} cells where the header has {len(header)}: "
                "put a cell that holds a comma in double quotes",
            )
            continue
        row = dict(zip(header, cells, strict=True))
        _check_key(sheet, line, columns(shape)[0], row)
        if (good := _read_line(sheet, adapter, line, by_field(shape, row), known)) is not None:
            yield line, good


def _rows(source: TextIO, sheet: Sheet[_L]) -> Iterator[tuple[int, list[str]]]:
    """Yield the non-blank lines, each with the number of its first physical line."""
    reader = csv.reader(source, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            sheet.refuse(line, "", f"{error}: check its commas and double quotes")
            continue
        except UnicodeDecodeError as error:
            # The decoder fails on a whole chunk, none of whose lines the reader has returned yet.
            at = reader.line_num + 1 + error.object[: error.start].count(b"\n")
            sheet.refuse(at, "", "is not UTF-8: save the file as CSV UTF-8")
            raise RosterError(sheet.problems) from error
        if cells is None:
            return
        if cells:
            yield line, cells


def _check_header(header: list[str], shape: type[_L], sheet: Sheet[_L]) -> None:
    expected = columns(shape)
    for name in required(shape):
        if name not in header:
            sheet.refuse(1, name, f"is missing: the header is {','.join(expected)}")
    for position, name in enumerate(header):
        if not is_column(shape, name):
            sheet.refuse(1, name, f"is unknown: the header is {','.join(expected)}")
        elif name in header[:position]:
            sheet.refuse(1, name, "is there twice: remove one")


def _check_key(sheet: Sheet[_L], line: int, column: str, row: dict[str, str]) -> None:
    key = row[column].strip()
    first = sheet.line_by_key.setdefault(key, line)
    if key and first != line:
        sheet.refuse(line, column, f"{key!r} is on line {first} already: remove one")


def _read_line(
    sheet: Sheet[_L], adapter: TypeAdapter[_L], line: int, row: dict[str, Any], known: Known
) -> _L | None:
    try:
        return adapter.validate_python(row, context=known)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            # Every validator of a column raises ValueError, so each error has this context. A cell
            # in another language is named last, after the field that holds all of them.
            sheet.refuse(line, str(detail["loc"][-1]), str(detail["ctx"]["error"]))
    return None
