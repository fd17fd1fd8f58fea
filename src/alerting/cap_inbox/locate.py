"""Find the divisions and households that the areas of a message cover."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sqlalchemy import Connection, select

from alerting.cap.alert import Area
from alerting.cap.area_forms import VALUE_NAME, division_of
from alerting.cap_inbox.rules.message import CapArea
from alerting.cap_inbox.rules.outcomes import Reason
from alerting.cap_inbox.rules.shape import area_of, is_drawn, outline_of, shape_of
from contacts.directory import households_within, outermost
from contacts.division import covers, parse_division, village_of
from contacts.shapes import Shape
from contacts.tables import DIVISIONS

_A_QUERY: Final = 500
"""Codes per SQL statement, because databases limit bound parameters."""

_PARTS: Final = 100
"""Polygons per SQL statement, because SQLite refuses expressions nested deeper than 1,000."""

_MOST_DIVISIONS: Final = 2_000


@dataclass(frozen=True)
class Place:
    """The divisions and households that the areas of a message cover."""

    shown_to: tuple[str, ...] = ()
    """Divisions whose boards show the message."""
    touched: tuple[str, ...] = ()
    """Divisions that an alert for these areas would reach."""
    area: Area | None = None
    """The exact area of an alert; None if an alert can only name the divisions of `touched`."""
    reason: Reason | None = None
    """Why the areas cover nothing here; None if they cover something."""
    unknown: tuple[str, ...] = ()
    """Division codes that are not in the roster."""

    @property
    def widest(self) -> Area | None:
        """The exact area, else the whole divisions, or None if there are too many divisions."""
        if self.area is not None or not 0 < len(self.touched) <= _MOST_DIVISIONS:
            return self.area
        return Area(divisions=self.touched)


NOWHERE: Final = Place()


def locate(connection: Connection, areas: Sequence[CapArea]) -> Place:
    """Return the divisions and households that these areas cover.

    If an area has a drawing and codes, the drawing counts, because it is more exact. If no
    household is in any drawing, the codes count, because the roster may lack coordinates.
    """
    drawn = [area for area in areas if is_drawn(area)]
    codes, unknown = _known(connection, areas)
    shape = shape_of(drawn)
    villages = sorted({village_of(code) for code in _inside(connection, outline_of(shape))})
    coded = [area for area in areas if not (villages and is_drawn(area))]
    named = outermost({code for area in coded for each in _codes(area) for code in codes[each]})
    shown = outermost([*villages, *(code for found in codes.values() for code in found)])
    if not shown:
        return Place(reason=_why(drawn, unknown), unknown=unknown)
    touched = tuple(outermost([*villages, *named]))
    return Place(tuple(shown), touched, _exact(villages, named, shape), unknown=unknown)


def _exact(villages: Sequence[str], named: Sequence[str], shape: Shape) -> Area | None:
    if villages and named:
        return None
    if villages:
        return area_of(shape)
    return Area(divisions=tuple(named)) if len(named) <= _MOST_DIVISIONS else None


def _why(drawn: Sequence[CapArea], unknown: Sequence[str]) -> Reason:
    if drawn:
        return Reason.NOBODY_THERE
    return Reason.UNKNOWN_CODES if unknown else Reason.NO_AREA


def _codes(area: CapArea) -> list[str]:
    return [division_of(value) for name, value in area.geocodes if name == VALUE_NAME]


def _known(
    connection: Connection, areas: Iterable[CapArea]
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Return the roster's divisions for each code, and the codes for which there is none.

    A code above the roster's divisions, such as a province's, stands for all of them.
    """
    asked = list(dict.fromkeys(code for area in areas for code in _codes(area)))
    well_formed = iter([code for code in asked if _is_division(code)])
    stored: set[str] = set()
    while some := list(islice(well_formed, _A_QUERY)):
        query = select(DIVISIONS.c.code).where(DIVISIONS.c.code.in_(some))
        stored |= set(connection.execute(query).scalars())
    topmost = (
        connection.execute(
            select(DIVISIONS.c.code).where(DIVISIONS.c.parent.is_(None)).order_by(DIVISIONS.c.code)
        )
        .scalars()
        .all()
    )
    found = {code: (code,) if code in stored else _below(code, topmost) for code in asked}
    return found, tuple(code for code in asked if not found[code])


def _is_division(code: str) -> bool:
    try:
        return parse_division(code) == code
    except ValueError:
        return False


def _below(code: str, topmost: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in topmost if _is_division(code) and covers(code, each))


def _inside(connection: Connection, outline: Shape) -> set[str]:
    pieces = range(0, len(outline.polygons), _PARTS)
    return {
        code
        for start in pieces
        for code in households_within(connection, Shape(outline.polygons[start : start + _PARTS]))
    }
