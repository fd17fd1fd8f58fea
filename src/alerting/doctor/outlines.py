"""Check which divisions have an outline on maps, and which outlines belong to no division."""

from typing import Final

from sqlalchemy import Connection, select

from alerting.doctor.finding import Finding, Part, good, warning
from alerting.outlines.answers import Outlines
from contacts.tables import DIVISIONS

_LISTED: Final = 10


def outline_findings(connection: Connection, outlines: Outlines | None) -> list[Finding]:
    """Return the findings about the outlines, or nothing if there is no file of them."""
    if outlines is None:
        return []
    known = set(connection.scalars(select(DIVISIONS.c.code)))
    said = f"{len(known & outlines.codes):,} of {len(known):,} divisions have an outline on maps"
    found = [good(Part.ROSTER, said)]
    if unknown := sorted(outlines.codes - known):
        listed = ", ".join(unknown[:_LISTED])
        more = f" and {len(unknown) - _LISTED:,} more" if len(unknown) > _LISTED else ""
        found.append(
            warning(
                Part.ROSTER,
                f"{len(unknown):,} outlines are of divisions that the roster does not have: "
                f"{listed}{more}",
                "correct their codes in the file of ALERTING_OUTLINES, or import the divisions",
            )
        )
    return found
