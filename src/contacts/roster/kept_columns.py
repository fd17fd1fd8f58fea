"""Columns that were confirmed for a division's files, kept for its next file."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from contacts.division import ancestors
from contacts.roster.headings import Layout
from contacts.tables import ROSTER_COLUMNS


def confirmed_columns(conn: Connection, kind: str, division: str) -> dict[str, str]:
    """Return the field of each heading confirmed for the division, or for those above it."""
    upwards = ["", *reversed(ancestors(division)), division] if division else [""]
    kept = select(*ROSTER_COLUMNS.c["division", "heading", "field"])
    of_kind = kept.where(ROSTER_COLUMNS.c.kind == kind)
    rows = conn.execute(of_kind.where(ROSTER_COLUMNS.c.division.in_(upwards))).all()
    rows = sorted(rows, key=lambda row: len(row.division))
    return {row.heading: row.field for row in rows}


def keep_columns(conn: Connection, kind: str, division: str, layouts: Iterable[Layout]) -> None:
    """Keep the columns of a file; its headings are recognised without a question from now on."""
    fields = {heading: field for layout in layouts for heading, field in layout.read().items()}
    kept = ROSTER_COLUMNS.c
    same = kept.kind == kind, kept.division == division, kept.heading.in_(fields)
    conn.execute(delete(ROSTER_COLUMNS).where(*same))
    rows = [
        {"kind": kind, "division": division, "heading": heading, "field": field}
        for heading, field in sorted(fields.items())
    ]
    conn.execute(insert(ROSTER_COLUMNS), rows)
