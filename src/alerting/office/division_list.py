"""Searches the divisions within a division, optionally only those without an assembly point."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, and_, or_, select, true

from alerting.office.edits import version_of
from contacts.directory import divisions_named
from contacts.division import Division, Tier, subtree
from contacts.roster.store import stored_entries
from contacts.tables import DIVISIONS

_GATHER: Final = (Tier.VILLAGE, Tier.GRID)
"""Tiers that have assembly points."""

_ABOVE: Final = DIVISIONS.alias("above")


@dataclass(frozen=True, slots=True)
class Listed:
    """A division with its version, and whether it lacks an assembly point."""

    division: Division
    version: str
    lacks_point: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A page of divisions; `after` is the cursor of the next page, None on the last page."""

    divisions: list[Listed]
    after: str | None


# A grid without an assembly point uses its village's.
_lacks_point: Final = and_(
    DIVISIONS.c.tier.in_(_GATHER),
    DIVISIONS.c.assembly_point.is_(None),
    or_(DIVISIONS.c.tier == Tier.VILLAGE, _ABOVE.c.assembly_point.is_(None)),
)


def list_divisions(
    connection: Connection, within: str, text: str, without_point: bool, after: str, most: int
) -> Found:
    """Return a page of the divisions within a division, sorted by code.

    `text` is a part of a name or the beginning of a code; empty finds all. At most `most` divisions
    after the code `after` are returned.
    """
    columns = DIVISIONS.c
    sought = or_(
        columns.name.contains(text, autoescape=True), columns.code.startswith(text, autoescape=True)
    )
    query = (
        select(columns.code, _lacks_point.label("lacks"))
        .join(_ABOVE, _ABOVE.c.code == columns.parent, isouter=True)
        .where(
            columns.code.between(*subtree(within)),
            columns.code > after,
            sought if text else true(),
            _lacks_point if without_point else true(),
        )
    )
    rows = connection.execute(query.order_by(columns.code).limit(most + 1)).all()
    lacks = {row.code: bool(row.lacks) for row in rows[:most]}
    stored = stored_entries(connection, DIVISIONS, list(lacks))
    found = [
        Listed(each, version_of(stored[each.code]), lacks[each.code])
        for each in divisions_named(connection, lacks)
    ]
    return Found(found, rows[most - 1].code if len(rows) > most else None)
