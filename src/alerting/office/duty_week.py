"""Read model of a division's duty rota: who is on duty in the next seven days."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, or_, select

from alerting.office.edits import digest_of
from contacts.directory import Officer, officers_for
from contacts.duty.officers import member_of, rota_of
from contacts.duty.rota import Turn
from contacts.duty.rules import Watch, watches
from contacts.people import Role
from contacts.tables import DUTY_PERIODS

SHOWN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class StoredPeriod:
    """A shift, stand-in or leave that is not over."""

    id: int
    officer: str
    kind: str
    begins_at: datetime
    ends_at: datetime
    in_place_of: str | None


@dataclass(frozen=True, slots=True)
class DutyWeek:
    """The rota of a division."""

    officers: Sequence[Officer]
    turns: Mapping[str, Sequence[Turn]]
    periods: Sequence[StoredPeriod]
    posts: Mapping[Role, Sequence[Watch]]
    """Spans of duty from now on, by role."""


def duty_week(connection: Connection, division: str, now: datetime) -> DutyWeek:
    """Return the rota of a division's own officers for the next seven days."""
    officers = officers_of(connection, division)
    rota = rota_of(connection, [each.id for each in officers], now)
    members = [member_of(each) for each in officers]
    start = now.replace(second=0, microsecond=0)
    posts = {
        Role(role): found
        for (_, role), found in watches(members, rota, start, start + SHOWN).items()
    }
    return DutyWeek(officers, rota.turns, _periods(connection, officers, now), posts)


def officers_of(connection: Connection, division: str) -> list[Officer]:
    """Return the division's own officers whom an alert calls."""
    return [each for each in officers_for(connection, [division]) if each.division == division]


def version_of_turns(turns: Sequence[Turn]) -> str:
    """Return the version of an officer's weekly turns, even if there are none."""
    return digest_of([astuple(each) for each in sorted(turns, key=astuple)])


def stored_period(row: Mapping[Any, Any]) -> StoredPeriod:
    """Return the period in a row of `duty_periods`."""
    return StoredPeriod(**row)


def _periods(
    connection: Connection, officers: Sequence[Officer], now: datetime
) -> list[StoredPeriod]:
    ids = [each.id for each in officers]
    mine = or_(DUTY_PERIODS.c.officer.in_(ids), DUTY_PERIODS.c.in_place_of.in_(ids))
    query = select(DUTY_PERIODS).where(mine, DUTY_PERIODS.c.ends_at > now)
    rows = connection.execute(query.order_by(DUTY_PERIODS.c.begins_at, DUTY_PERIODS.c.id))
    return [stored_period(row) for row in rows.mappings()]
