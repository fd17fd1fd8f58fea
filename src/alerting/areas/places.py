"""Places to alert: a division's name, parts, coordinates and last assembly point."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select

from alerting.ledger.alerts import list_alerts
from contacts.directory import children, division
from contacts.division import Tier, covers, subtree, tier_of
from contacts.place_names import short_names
from contacts.tables import HOUSEHOLDS

Point = tuple[float, float]

_MAPPED: Final = frozenset({Tier.TOWN, Tier.VILLAGE, Tier.GRID})
"""Tiers with a middle; for wider tiers it is meaningless and slow to compute."""

_LOOK_BACK: Final = 50
"""Number of newest alerts searched for a place's last assembly point."""


@dataclass(frozen=True)
class Place:
    """A division with its everyday name; `middle` is its homes' mean (latitude, longitude)."""

    code: str
    name: str
    tier: Tier
    middle: Point | None


@dataclass(frozen=True)
class Locality:
    """A division, its parts one tier below, and the assembly point of its last alert."""

    place: Place
    parts: tuple[Place, ...]
    assembly_point: str | None


def locality(connection: Connection, code: str) -> Locality | None:
    """Return a division's name, parts and last assembly point; None if it does not exist."""
    whole = division(connection, code)
    if whole is None:
        return None
    parts = children(connection, code)
    names = short_names(connection, [code, *(part.code for part in parts)])
    middles = _middles(connection, code)
    here, *below = (
        Place(each.code, names[each.code], each.tier, middles.get(each.code))
        for each in (whole, *parts)
    )
    return Locality(here, tuple(below), _last_assembly_point(connection, code))


def _middles(connection: Connection, code: str) -> dict[str, Point]:
    """Return the mean (latitude, longitude) of homes, by code of the division and its parts."""
    if tier_of(code) not in _MAPPED:
        return {}
    found: dict[str, Point] = {}
    for digits in (len(code) + 3, len(code)):
        part = func.substr(HOUSEHOLDS.c.division, 1, digits)
        rows = connection.execute(
            select(part, func.avg(HOUSEHOLDS.c.latitude), func.avg(HOUSEHOLDS.c.longitude))
            .where(
                HOUSEHOLDS.c.division.between(*subtree(code)), HOUSEHOLDS.c.latitude.is_not(None)
            )
            .group_by(part)
        )
        found |= {code: (latitude, longitude) for code, latitude, longitude in rows}
    return found


def _last_assembly_point(connection: Connection, code: str) -> str | None:
    """Return the assembly point of the last alert that covered the whole division, or None."""
    for alert in list_alerts(connection, code, _LOOK_BACK):
        if any(covers(each, code) for each in alert.divisions):
            return alert.request.assembly_point
    return None
