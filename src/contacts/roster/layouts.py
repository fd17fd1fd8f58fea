"""Finds the columns of a file, and stores the confirmed ones for the division's next file.

Columns are found even if the file cannot be read further, so that a person can assign the fields.
"""

from collections.abc import Iterable, Sequence
from itertools import islice

from sqlalchemy import Connection, delete, insert, select

from contacts.division import ancestors
from contacts.roster.clerk_file import Asked
from contacts.roster.clerk_sheets import TITLE_ROWS
from contacts.roster.headings import UNREAD, Layout, find_layout
from contacts.roster.sheets import RawSheet, Row
from contacts.tables import ROSTER_COLUMNS


def layouts_of(sheets: Iterable[RawSheet], kind: str, asked: Asked) -> list[tuple[str, Layout]]:
    """Return the (name, layout) of each sheet that is not empty.

    If no row has known headings, the row with the most filled cells is taken for the headings.
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


def confirmed_columns(conn: Connection, kind: str, division: str) -> dict[str, str]:
    """Return the field of each heading that was confirmed for a division or those above it.

    The nearest division decides.
    """
    upwards = ["", *reversed(ancestors(division)), division] if division else [""]
    kept = select(*ROSTER_COLUMNS.c["division", "heading", "field"])
    of_kind = kept.where(ROSTER_COLUMNS.c.kind == kind)
    rows = conn.execute(of_kind.where(ROSTER_COLUMNS.c.division.in_(upwards))).all()
    rows = sorted(rows, key=lambda row: len(row.division))
    return {row.heading: row.field for row in rows}


def keep_columns(conn: Connection, kind: str, division: str, layouts: Iterable[Layout]) -> None:
    """Store a file's headings with their fields as confirmed for a division's next files."""
    fields = {heading: field for layout in layouts for heading, field in layout.read().items()}
    kept = ROSTER_COLUMNS.c
    same = kept.kind == kind, kept.division == division, kept.heading.in_(fields)
    conn.execute(delete(ROSTER_COLUMNS).where(*same))
    rows = [
        {"kind": kind, "division": division, "heading": heading, "field": field}
        for heading, field in sorted(fields.items())
    ]
    conn.execute(insert(ROSTER_COLUMNS), rows)
