"""Find the officers who can be sent to a household's door, in order of preference."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from alerting.roll.entries import RollEntry
from contacts.directory import Officer, nearest
from contacts.division import parent_of, village_of
from contacts.duty.officers import off_duty, officers_on_duty
from contacts.people import Role

_KNOCKS = (Role.GRID_OFFICER, Role.DUTY_OFFICER)

_DECIDES = frozenset({Role.DUTY_OFFICER, Role.TOWN_COMMANDER})


@dataclass(frozen=True)
class Assignees:
    """Ids of the officers who can be sent to one household's door; `whose_door` chooses one."""

    grid_officer: str | None
    deputies: Sequence[str]
    above: Sequence[str]


def assignees_for(
    connection: Connection, entries: Sequence[RollEntry], now: datetime
) -> dict[str, Assignees]:
    """Return the officers on duty who can go to each of these doors, by household code.

    The rota is read once for all households.
    """
    places = {village_of(entry.division) for entry in entries}
    officers = officers_on_duty(connection, places, now)
    others = {entry.officer for entry in entries if entry.officer} - {o.id for o in officers}
    away = off_duty(connection, others, now)
    return {entry.household: _assignees(entry, officers, away) for entry in entries}


def _assignees(entry: RollEntry, officers: Sequence[Officer], away: Collection[str]) -> Assignees:
    village = village_of(entry.division)
    near = [o for o in officers if o.division in {entry.division, village} and o.role in _KNOCKS]
    own = [o for o in near if o.deputy_of is None or o.deputy_of in away]
    # If the household's own officer is off duty, that officer's deputy goes first.
    own.sort(key=lambda o: (o.deputy_of != entry.officer, *_who_knocks_first(o)))
    is_away = entry.officer is None or entry.officer in away
    grid_officer = next((o.id for o in own), None) if is_away else entry.officer
    above = _above(entry.division, officers)
    deputies = [o for o in officers if grid_officer and o.deputy_of == grid_officer] or near
    return Assignees(
        grid_officer,
        # Without a deputy in the village, deputies of the tier above go before their principals.
        _but(grid_officer, deputies) or [o.id for o in above if o.deputy_of],
        _but(grid_officer, above),
    )


def _who_knocks_first(officer: Officer) -> tuple[int, int, str]:
    """Return the sort key: officers of a grid before a village's, then grid officers first."""
    return -len(officer.division), _KNOCKS.index(officer.role), officer.id


def _above(place: str, officers: Sequence[Officer]) -> list[Officer]:
    deciding = [officer for officer in officers if officer.role in _DECIDES]
    return sorted(nearest(parent_of(place), deciding), key=_who_decides_first)


def _who_decides_first(officer: Officer) -> tuple[bool, bool, str]:
    """Return the sort key: deputies last, and commanders last among principals and deputies."""
    return officer.deputy_of is not None, officer.role is Role.TOWN_COMMANDER, officer.id


def _but(officer: str | None, others: Iterable[Officer]) -> list[str]:
    return [other.id for other in others if other.id != officer]
