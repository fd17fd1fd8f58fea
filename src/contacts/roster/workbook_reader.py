"""Program that writes a workbook's sheets as lines of JSON: `python workbook_reader.py FILE`.

It runs with limits on memory and processor time, and imports nothing from this package.
"""

import json
import resource
import sys
from collections.abc import Iterator
from typing import Any, Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

_MOST_MEMORY: Final = 1024 * 1024 * 1024

_MOST_SECONDS: Final = 60

_MOST_CELLS: Final = 20_000_000

_MOST_WRITTEN: Final = 256 * 1024 * 1024
"""The maximum number of characters in the output; 100,000 households take 17 million."""

_MOST_MERGED: Final = 100_000
"""The maximum number of cells in the listed merged ranges; a whole column has a million."""


_EXACT: Final = 2**53
"""Whole numbers below this are exact as floating-point numbers."""


def main() -> None:
    """Write the sheets of the file on the command line to stdout."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    try:
        sys.stdout.writelines(lines(sys.argv[1], _MOST_WRITTEN))
    except PasswordError:
        sys.stdout.write('{"refused": "password"}\n')
    except (CalamineError, OSError, ValueError):
        sys.stdout.write('{"refused": "damaged"}\n')


def lines(path: str, most: int) -> Iterator[str]:
    """Yield each answer as a line of JSON; refuse a file with over `most` characters of output."""
    left = most
    for answer in answers(path):
        line = f"{json.dumps(answer)}\n"
        left -= len(line)
        if left < 0:
            yield '{"refused": "size"}\n'
            return
        yield line


def answers(path: str) -> Iterator[Any]:
    """Yield an object for each sheet, followed by a list of cells for each of its rows."""
    workbook = CalamineWorkbook.from_path(path)
    for number, sheet in enumerate(workbook.sheets_metadata):
        if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible:
            yield from _sheet(workbook.get_sheet_by_index(number))


def _sheet(sheet: CalamineSheet) -> Iterator[Any]:
    last, right = sheet.end or (-1, -1)
    if (last + 1) * (right + 1) > _MOST_CELLS:
        yield {"refused": "size"}
        return
    merged = sheet.merged_cell_ranges
    yield {
        "sheet": sheet.name,
        "rows": last + 1,
        "merged": None if merged is None else _told(merged, last, right),
    }
    # The library returns all rows from the top, but leaves out empty columns at the left.
    left = [""] * (sheet.start or (0, 0))[1]
    for cells in sheet.iter_rows() if last >= 0 else ():
        yield [*left, *map(written, cells)]


def _told(merged: list[Any], last: int, rightmost: int) -> list[list[int]]:
    """Return merged ranges as [top, left, bottom, right], cut to the sheet's filled area."""
    cells = 0
    ranges: list[list[int]] = []
    for (top, left), (bottom, right) in merged:
        low, far = min(bottom, last), min(right, rightmost)
        cells += max(low - top + 1, 0) * max(far - left + 1, 0)
        if cells > _MOST_MERGED:
            break
        ranges.append([top, left, low, far])
    return ranges


def written(cell: object) -> str:
    """Return a cell's value as text; exact whole numbers have no decimals."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return str(int(cell))
    return str(cell)


if __name__ == "__main__":
    main()
