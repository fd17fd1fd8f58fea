"""Look-ups of hazard points, in the caller's transaction."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, or_, select, true

from alerting.cap.alert import Area
from contacts.directory import households_within
from contacts.division import subtree
from contacts.roster.comparison import Label
from contacts.tables import HAZARD_POINT_HOUSEHOLDS, HAZARD_POINTS, HOUSEHOLDS

_AT_ONCE: Final = 10_000
"""Fewer than the parameters that a statement of either database may have."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A hazard point as its office writes it."""

    code: str
    name: str
    division: str
    hazard: str
    area: Area
    watcher: str | None
    assembly_point: str | None
    route: str | None
    households: tuple[str, ...]
    """The households listed by hand, by code in order, that its area does not place there."""

    @property
    def label(self) -> Label:
        """The point as lists of changes name it."""
        return Label(self.code, self.name, "")


@dataclass(frozen=True, slots=True)
class HazardPoint(Draft):
    """A stored hazard point; `retired_at` is None while it is in use."""

    version: int
    retired_at: datetime | None

    @property
    def as_alerted(self) -> Area:
        """The area as an alert keeps it: the drawing, with the point's number and name."""
        return self.area.model_copy(update={"hazard_point": self.code, "name": self.name})


def find_point(connection: Connection, code: str) -> HazardPoint | None:
    """Return a hazard point, retired or not; None if the number is unknown."""
    return next(iter(_points(connection, HAZARD_POINTS.c.code == code, 1)), None)


def points_named(connection: Connection, codes: Sequence[str]) -> dict[str, HazardPoint]:
    """Return the hazard points of these numbers, retired or not, without unknown ones."""
    found = _points(connection, HAZARD_POINTS.c.code.in_(codes), len(codes))
    return {each.code: each for each in found}


def points_within(
    connection: Connection,
    division: str,
    sought: str,
    most: int,
    *,
    after: str = "",
    is_retired: bool = False,
) -> list[HazardPoint]:
    """Return the first points of a division by number; `sought` is part of a number or a name."""
    columns = HAZARD_POINTS.c
    gone = columns.retired_at.is_not(None) if is_retired else columns.retired_at.is_(None)
    within = columns.division.between(*subtree(division))
    return _points(connection, within & gone & _matches(sought) & (columns.code > after), most)


def households_at(connection: Connection, point: Draft) -> list[str]:
    """Return the codes of the households that a point threatens, in order.

    These are the households placed in its area, and those listed by hand.
    """
    return sorted({*households_within(connection, point.area.shape), *point.households})


def threatened(connection: Connection, codes: Sequence[str]) -> tuple[int, int]:
    """Return how many households of these codes there are, and how many people."""
    counted = select(func.count(), func.coalesce(func.sum(HOUSEHOLDS.c.headcount), 0))
    chunks = [codes[start : start + _AT_ONCE] for start in range(0, len(codes), _AT_ONCE)]
    rows = [
        connection.execute(counted.where(HOUSEHOLDS.c.code.in_(chunk))).one() for chunk in chunks
    ]
    return sum(row[0] for row in rows), sum(int(row[1]) for row in rows)


def _matches(sought: str) -> ColumnElement[bool]:
    if not sought:
        return true()
    columns = HAZARD_POINTS.c
    return or_(*(each.contains(sought, autoescape=True) for each in (columns.code, columns.name)))


def _points(connection: Connection, condition: ColumnElement[bool], most: int) -> list[HazardPoint]:
    columns = HAZARD_POINTS.c
    query = select(HAZARD_POINTS).where(condition).order_by(columns.code).limit(most)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    listed = _listed(connection, [row["code"] for row in rows])
    return [
        HazardPoint(
            **row | {"area": Area.model_validate_json(row["area"])},
            households=tuple(listed[row["code"]]),
        )
        for row in rows
    ]


def _listed(connection: Connection, codes: Sequence[str]) -> dict[str, list[str]]:
    columns = HAZARD_POINT_HOUSEHOLDS.c
    query = select(columns.point, columns.household).where(columns.point.in_(codes))
    found: dict[str, list[str]] = defaultdict(list)
    for point, household in connection.execute(query.order_by(columns.point, columns.household)):
        found[point].append(household)
    return found
