"""Check that the duty rota has no gap in the coming 24 hours."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, union

from alerting.doctor.finding import Finding, Part, good, warning
from contacts.duty.officers import rota_of
from contacts.duty.rules import Member, Watch, gaps
from contacts.people import Role
from contacts.tables import DUTY_PERIODS, DUTY_TURNS, OFFICERS

_AHEAD: Final = timedelta(hours=24)

_LISTED: Final = 5

Gap = tuple[tuple[str, str], Watch]
"""A (division, role) pair, and a time in which no officer of this role is on duty there."""


def gaps_ahead(connection: Connection, now: datetime) -> list[Gap] | None:
    """Return the rota's gaps in the coming 24 hours; None if there is no rota."""
    named = union(select(DUTY_TURNS.c.officer), select(DUTY_PERIODS.c.officer)).subquery()
    places = select(OFFICERS.c.division).join(named, named.c.officer == OFFICERS.c.id)
    officers = select(*OFFICERS.c["id", "division", "role", "deputy_of"]).where(
        OFFICERS.c.division.in_(places), OFFICERS.c.role != Role.ADMINISTRATOR
    )
    members = [
        Member(row.id, (row.division, row.role), row.deputy_of)
        for row in connection.execute(officers.order_by(OFFICERS.c.id))
    ]
    if not members:
        return None
    rota = rota_of(connection, [each.id for each in members], now)
    return gaps(members, rota, now, now + _AHEAD)


def duty_findings(found: Sequence[Gap] | None, zone: ZoneInfo) -> list[Finding]:
    """Return the findings about the rota's gaps; an empty list if there is no rota."""
    if found is None:
        return []
    if not found:
        return [good(Part.ROSTER, "the duty rota has no gap in the coming 24 hours")]
    listed = [
        warning(
            Part.ROSTER,
            f"no {role} in {division} is on duty from {_at(gap.begins_at, zone)} to "
            f"{_at(gap.ends_at, zone)}: an alert then calls all who are not on leave",
            "give somebody a turn at /admin/duty",
        )
        for (division, role), gap in found[:_LISTED]
    ]
    more = len(found) - _LISTED
    if more > 0:
        said = f"{more:,} more gaps in the duty rota of the coming 24 hours"
        listed.append(warning(Part.ROSTER, said, "see /admin/duty"))
    return listed


def _at(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
