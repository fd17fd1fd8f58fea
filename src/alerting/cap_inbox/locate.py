"""Finds the divisions and households that a message's areas cover."""

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
"""Codes bound in one statement: databases limit their number."""

_PARTS: Final = 100
"""Polygons in one statement: SQLite refuses expressions nested deeper than 1,000."""

_MOST_DIVISIONS: Final = 2_000


@dataclass(frozen=True)
class Place:
    """The divisions and households that areas cover."""

    shown_to: tuple[str, ...] = ()
    """Divisions whose boards show the message."""
    touched: tuple[str, ...] = ()
    """Divisions in which an alert would reach somebody."""
    area: Area | None = None
    """The area as an alert says it; None: an alert can only say the whole of `touched`."""
    reason: Reason | None = None
    """Why they cover nothing here."""
    unknown: tuple[str, ...] = ()
    """Division codes that are not in the roster."""

    @property
    def widest(self) -> Area | None:
        """The area of an alert, in whole divisions if it cannot be expressed otherwise."""
        if self.area is not None or not 0 < len(self.touched) <= _MOST_DIVISIONS:
            return self.area
        return Area(divisions=self.touched)


NOWHERE: Final = Place()


def locate(connection: Connection, areas: Sequence[CapArea]) -> Place:
    """Return what areas cover; a drawing is more exact than the codes beside it.

    Codes stand in for a drawing in which no household lies: the roster may lack coordinates.
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
    """Return the divisions of the roster for each code, and the codes without any.

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
