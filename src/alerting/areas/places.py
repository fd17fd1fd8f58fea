"""Divisions as the alert form shows them: name, parts, position and assembly point."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select

from alerting.deliveries.places import places_of
from alerting.messages.text import HOME_LANGUAGE
from contacts.directory import children, division, short_names
from contacts.division import Tier, subtree, tier_of
from contacts.tables import HOUSEHOLDS

Point = tuple[float, float]

_MAPPED: Final = frozenset({Tier.TOWN, Tier.VILLAGE, Tier.GRID})
"""Tiers for which the mean position is computed; for larger ones it is useless and slow."""


@dataclass(frozen=True)
class Place:
    """A division with its everyday name, and the mean (latitude, longitude) of its homes."""

    code: str
    name: str
    tier: Tier
    middle: Point | None


@dataclass(frozen=True)
class Locality:
    """A division, its parts one tier below, and its assembly point."""

    place: Place
    parts: tuple[Place, ...]
    assembly_point: str | None
    """None if the roster names none, or the villages of the division have different ones."""


def locality(connection: Connection, code: str) -> Locality | None:
    """Return a division's name, parts and assembly point; None if it does not exist."""
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
    point = places_of(connection, [code]).assembly_point([code], HOME_LANGUAGE)
    return Locality(here, tuple(below), point)


def _middles(connection: Connection, code: str) -> dict[str, Point]:
    """Return the mean (latitude, longitude) of homes, by the code of the division or part."""
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
