"""A place that may be alerted: its name, its parts, where it lies and where its people gather."""

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
"""Of what is wider the middle tells nothing, and is slow to find."""

_LOOK_BACK: Final = 50
"""Among so many newest alerts the last one of a place is looked for."""


@dataclass(frozen=True)
class Place:
    """A division as people call it; `middle` is (latitude, longitude) of its homes, if known."""

    code: str
    name: str
    tier: Tier
    middle: Point | None


@dataclass(frozen=True)
class Locality:
    """A division, the divisions one tier below, and the assembly point of its last alert."""

    place: Place
    parts: tuple[Place, ...]
    assembly_point: str | None


def locality(connection: Connection, code: str) -> Locality | None:
    """Return what somebody who would alert a division must know; None if there is none such."""
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
    """Return the middle of the homes of a division and of each of its parts, by code."""
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
    """Return where the last alert that held for all of a division sent its people."""
    for alert in list_alerts(connection, code, _LOOK_BACK):
        if any(covers(each, code) for each in alert.divisions):
            return alert.request.assembly_point
    return None
