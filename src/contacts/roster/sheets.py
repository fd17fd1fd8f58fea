"""The sheets of a roster file as rows of text, whatever program wrote the file.

A file is XLSX, XLS or ODS, or delimited text in UTF-8, UTF-16 or GB18030. The format is detected
from the first bytes, not from the name.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

from contacts.bounds import CellError
from contacts.roster.problems import Problem, RosterError

MOST_BYTES: Final = 64 * 1024 * 1024

MOST_ROWS: Final = 200_000
"""The maximum number of rows in a file. A county has fewer; larger areas are imported in parts."""

MOST_COLUMNS: Final = 100

MOST_CHARACTERS: Final = 2_000
"""The maximum length of a cell; each column has a lower limit of its own."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank: its line number, its cells, and why it cannot be read, or None."""

    line: int
    cells: list[str]
    fault: CellError | None = None


@dataclass(slots=True)
class RawSheet:
    """A sheet, whose rows can be read only once and in order.

    `merged` maps the (line, column from 0) of each cell that a merged range hides to the range's
    first line. It is None if the format does not say which cells are merged.
    """

    rows: Iterator[Row]
    name: str = ""
    merged: dict[tuple[int, int], int] | None = field(default=None)


Source = TextIO | RawSheet
"""An open text file, or a sheet of any file."""


def as_sheet(source: Source) -> RawSheet:
    """Return the sheet of a source."""
    return source if isinstance(source, RawSheet) else text_sheet(source)


def text_sheet(source: TextIO, delimiter: str = ",") -> RawSheet:
    """Return the sheet of a text file."""
    return RawSheet(bounded(_text_rows(source, delimiter)))


def _text_rows(source: TextIO, delimiter: str) -> Iterator[Row]:
    """Yield the non-blank rows, each with the number of its first physical line."""
    reader = csv.reader(source, strict=True, delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Row(line, [], _broken(error))
            continue
        if cells is None:
            return
        if any(map(str.strip, cells)):
            yield Row(line, cells)


def bounded(rows: Iterator[Row], sheet: str = "") -> Iterator[Row]:
    """Yield the rows; a row with too long a cell gets a fault.

    Raises:
        RosterError: if there are too many rows or columns.
    """
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise RosterError([_too_many(row.line, sheet, MOST_ROWS, "rows", "行")])
        if len(row.cells) > MOST_COLUMNS:
            raise RosterError([_too_many(row.line, sheet, MOST_COLUMNS, "columns", "列")])
        longest = max(map(len, row.cells), default=0)
        yield row if longest <= MOST_CHARACTERS else Row(row.line, [], _too_long(longest))


def too_large(path: Path) -> RosterError:
    """Return the error for a file that is too large, perhaps only when unpacked."""
    return RosterError(
        [
            Problem(
                1,
                "",
                f"{path.name} is too large to read: split it, town by town; "
                f"a file has at most {MOST_BYTES // 2**20} MiB",
                f"{path.name}太大，无法读取：请按乡镇拆分；文件不超过{MOST_BYTES // 2**20} MiB",
            )
        ]
    )


def _too_many(line: int, sheet: str, most: int, things: str, chinese: str) -> Problem:
    return Problem(
        line,
        "",
        f"the file has more than {most} {things}: split it, town by town",
        f"文件超过{most}{chinese}：请按乡镇拆分",
        sheet,
    )


def _too_long(longest: int) -> CellError:
    return CellError(
        f"a cell has {longest} characters: shorten it",
        f"有一格写了{longest}个字：请缩短",
    )


def _broken(error: csv.Error) -> CellError:
    return CellError(
        f"{error}: check its commas and double quotes",
        f"分隔符或双引号有误（{error}）：请核对这一行的逗号和双引号",
    )
