"""Households that a drawn area may miss, because the roster has no coordinates of them."""

from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from alerting.areas.audience import ResolvedArea
from alerting.cap.alert import Area
from contacts.directory import households_in, short_names
from contacts.division import VILLAGE_DIGITS, town_of, village_of
from contacts.tables import HOUSEHOLDS


@dataclass(frozen=True)
class Unplaced:
    """The number of a village's households that have no coordinates."""

    division: str
    name: str
    households: int


def unplaced(connection: Connection, drawing: Area, area: ResolvedArea) -> tuple[Unplaced, ...]:
    """Return the villages whose households a drawn area may miss, by code.

    These are the villages that it touches, and those of the same towns in which no household at all
    has coordinates: a drawing cannot touch them. A hazard point also touches the village that keeps
    it, and misses none of the households listed by hand.
    """
    point = area.point
    if not (drawing.is_drawn or point):
        return ()
    kept = [point.division] if point and len(point.division) >= VILLAGE_DIGITS else []
    touched = {village_of(code) for code in (*area.divisions, *kept)}
    village = func.substr(HOUSEHOLDS.c.division, 1, VILLAGE_DIGITS)
    by_hand = point.households if point else ()
    is_missing = HOUSEHOLDS.c.latitude.is_(None) & HOUSEHOLDS.c.code.not_in(by_hand)
    missing = func.sum(case((is_missing, 1), else_=0))
    rows = connection.execute(
        select(village, missing, func.count(HOUSEHOLDS.c.latitude))
        .where(households_in({town_of(code) for code in touched}))
        .group_by(village)
        .having(missing > 0)
        .order_by(village)
    ).all()
    found = {code: int(count) for code, count, placed in rows if code in touched or not placed}
    names = short_names(connection, found)
    return tuple(Unplaced(code, names.get(code, code), count) for code, count in found.items())
