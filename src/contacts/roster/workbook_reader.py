"""Program that writes a workbook's sheets as lines of JSON: `python workbook_reader.py FILE`.

It runs under limits of memory and time, and imports nothing of this package.
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
"""Most characters that are written; 100,000 households are 17 million."""

_MOST_MERGED: Final = 100_000
"""Most cells in merged ranges that are told; a range over a whole column has a million."""


_EXACT: Final = 2**53
"""Whole numbers below it are exact as floating-point numbers."""


def main() -> None:
    """Write the sheets of the file that the command line names."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    try:
        sys.stdout.writelines(lines(sys.argv[1], _MOST_WRITTEN))
    except PasswordError:
        sys.stdout.write('{"refused": "password"}\n')
    except (CalamineError, OSError, ValueError):
        sys.stdout.write('{"refused": "damaged"}\n')


def lines(path: str, most: int) -> Iterator[str]:
    """Yield each answer as a line; refuse the file where they would have more characters."""
    left = most
    for answer in answers(path):
        line = f"{json.dumps(answer)}\n"
        left -= len(line)
        if left < 0:
            yield '{"refused": "size"}\n'
            return
        yield line


def answers(path: str) -> Iterator[Any]:
    """Yield for each sheet an object, and then a list of cells for each of its rows."""
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
    # Rows come from the sheet's first one on, their cells from its first cell that is filled in.
    left = [""] * (sheet.start or (0, 0))[1]
    for cells in sheet.iter_rows() if last >= 0 else ():
        yield [*left, *map(written, cells)]


def _told(merged: list[Any], last: int, rightmost: int) -> list[list[int]]:
    """Return the merged ranges as top, left, bottom and right, within the sheet's own cells."""
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
    """Return a cell's value as text; whole numbers that are exact without decimals."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return str(int(cell))
    return str(cell)


if __name__ == "__main__":
    main()
