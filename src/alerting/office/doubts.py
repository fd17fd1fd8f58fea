"""Finds unlikely locations, which an administrator must confirm before they are stored."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from math import cos, radians
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from alerting.errors import DoubtfulError
from contacts.directory import households_in
from contacts.roster.far_homes import KM_PER_DEGREE, NEAR_KM
from contacts.shapes import Box, Circle, Shape
from contacts.tables import HOUSEHOLDS

_WIDEST_KM: Final = 20.0
"""Maximum width of an area in km; every gully that is kept as one hazard point is shorter."""


class Doubt(StrEnum):
    """The reason why a location is unlikely."""

    FAR_FROM_HOMES = "far_from_homes"
    VERY_LARGE = "very_large"


_TOLD: Final = {
    Doubt.FAR_FROM_HOMES: f"no household of the division lives within {NEAR_KM:g} km of it",
    Doubt.VERY_LARGE: f"it is over {_WIDEST_KM:g} km across",
}


def check_point(connection: Connection, division: str, latitude: float, longitude: float) -> None:
    """Refuse an unlikely location of a division's assembly point.

    Raises:
        DoubtfulError: if no household of the division lives near it.
    """
    place = Shape(circles=(Circle(latitude, longitude, 0.0),))
    _refuse(_places(connection, division, place.boxes()))


def check_area(connection: Connection, division: str, area: Shape) -> None:
    """Refuse an unlikely area of a division's hazard point.

    Raises:
        DoubtfulError: if the area is very large, or no household of the division lives near it.
    """
    boxes = area.boxes()
    large = [Doubt.VERY_LARGE] if any(_across(box) > _WIDEST_KM for box in boxes) else []
    _refuse([*_places(connection, division, boxes), *large])


def _refuse(doubts: Iterator[Doubt] | Sequence[Doubt]) -> None:
    if found := tuple(doubts):
        told = "; ".join(_TOLD[each] for each in found)
        raise DoubtfulError(
            f"this place is unlikely ({told}): correct it, or send it with confirmed=true",
            found,
            chinese="这个位置不大可能：请改正，或确认后再保存",
        )


def _places(connection: Connection, division: str, boxes: Sequence[Box]) -> Iterator[Doubt]:
    placed = households_in([division]) & HOUSEHOLDS.c.latitude.is_not(None)
    if _is_any(connection, placed) and not _is_any(connection, and_(placed, _near(boxes))):
        yield Doubt.FAR_FROM_HOMES


def _is_any(connection: Connection, condition: ColumnElement[bool]) -> bool:
    return (
        connection.execute(select(HOUSEHOLDS.c.code).where(condition).limit(1)).first() is not None
    )


def _near(boxes: Sequence[Box]) -> ColumnElement[bool]:
    latitude, longitude = HOUSEHOLDS.c.latitude, HOUSEHOLDS.c.longitude
    north = NEAR_KM / KM_PER_DEGREE
    return or_(
        *(
            and_(
                latitude.between(box.south - north, box.north + north),
                longitude.between(box.west - north / _width(box), box.east + north / _width(box)),
            )
            for box in boxes
        )
    )


def _across(box: Box) -> float:
    """Return the length of a box's longer side in kilometres."""
    north, east = box.north - box.south, (box.east - box.west) * _width(box)
    return max(north, east) * KM_PER_DEGREE


def _width(box: Box) -> float:
    """Return the length of a degree of longitude at the box, if a degree of latitude is 1."""
    return max(cos(radians((box.south + box.north) / 2)), 0.01)
