"""Households that a drawn area may miss, because they have no coordinates in the roster."""

from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from alerting.areas.audience import ResolvedArea
from alerting.cap.alert import Area
from contacts.directory import households_in, short_names
from contacts.division import VILLAGE_DIGITS, town_of, village_of
from contacts.tables import HOUSEHOLDS


@dataclass(frozen=True)
class Unplaced:
    """A village, and the number of its households without coordinates."""

    division: str
    name: str
    households: int


def unplaced(connection: Connection, drawing: Area, area: ResolvedArea) -> tuple[Unplaced, ...]:
    """Return the villages with households that a drawn area may miss, in the order of codes.

    These are the villages that the area touches, and villages of the same towns in which no
    household has coordinates, so that no drawing can touch them. A hazard point touches its own
    village too; households listed for it by hand are not missed.
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
