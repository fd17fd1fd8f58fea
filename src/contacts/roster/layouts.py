"""The columns of a file, for a choice of fields even where the file cannot be read further."""

from collections.abc import Iterable, Sequence
from itertools import islice

from contacts.roster.clerk_file import Asked
from contacts.roster.clerk_sheets import TITLE_ROWS
from contacts.roster.headings import UNREAD, Layout, find_layout
from contacts.roster.sheets import RawSheet, Row


def layouts_of(sheets: Iterable[RawSheet], kind: str, asked: Asked) -> list[tuple[str, Layout]]:
    """Return the columns of each sheet that is not empty, by its name.

    Where no row holds known headings, the row with the most cells is taken for them.
    """
    found = []
    for sheet in sheets:
        first = list(islice(sheet.rows, TITLE_ROWS))
        rows = [(row.line, row.cells) for row in first]
        layout = find_layout(rows, kind, asked.confirmed, asked.columns) or _fullest(first, kind)
        if layout is not None:
            found.append((sheet.name, layout))
    return found


def _fullest(rows: Sequence[Row], kind: str) -> Layout | None:
    best = max(rows, key=lambda row: sum(map(bool, row.cells)), default=None)
    if best is None or not best.cells:
        return None
    headings = tuple(cell.strip() for cell in best.cells)
    return Layout(kind, best.line, headings, (UNREAD,) * len(headings), is_confirmed=False)
