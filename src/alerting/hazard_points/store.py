"""Queries of hazard points and of the households that they threaten."""

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
"""Maximum number of household codes in a statement; both databases allow that many parameters."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A hazard point as an office enters it."""

    code: str
    name: str
    division: str
    hazard: str
    area: Area
    watcher: str | None
    assembly_point: str | None
    route: str | None
    households: tuple[str, ...]
    """Sorted codes of threatened households that lie outside the area and were added by hand."""

    @property
    def label(self) -> Label:
        """The label of this hazard point in lists of changes."""
        return Label(self.code, self.name, "")


@dataclass(frozen=True, slots=True)
class HazardPoint(Draft):
    """A stored hazard point; `retired_at` is None while it is in use."""

    version: int
    retired_at: datetime | None

    @property
    def as_alerted(self) -> Area:
        """The area for an alert: the drawn area with the hazard point's number and name."""
        return self.area.model_copy(update={"hazard_point": self.code, "name": self.name})


def find_point(connection: Connection, code: str) -> HazardPoint | None:
    """Return the hazard point with this number, retired or not; None if there is none."""
    return next(iter(_points(connection, HAZARD_POINTS.c.code == code, 1)), None)


def points_named(connection: Connection, codes: Sequence[str]) -> dict[str, HazardPoint]:
    """Return the hazard points with these numbers, retired or not, by number."""
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
    """Return up to `most` hazard points of a division in order of number.

    `sought` is part of a number or name. Only numbers greater than `after` are returned.
    """
    columns = HAZARD_POINTS.c
    gone = columns.retired_at.is_not(None) if is_retired else columns.retired_at.is_(None)
    within = columns.division.between(*subtree(division))
    return _points(connection, within & gone & _matches(sought) & (columns.code > after), most)


def households_at(connection: Connection, point: Draft) -> list[str]:
    """Return the sorted codes of the households that a hazard point threatens.

    These are the households located in its area and those added by hand.
    """
    return sorted({*households_within(connection, point.area.shape), *point.households})


def threatened(connection: Connection, codes: Sequence[str]) -> tuple[int, int]:
    """Return the numbers of existing households with these codes, and of the people in them."""
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
