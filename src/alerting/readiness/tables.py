"""Rows of the last look at readiness; names stay in the roster."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class ReadinessPlaceRow(SQLModel, table=True):
    """The forecast of a division; seconds count from the moment an alert is raised."""

    __tablename__ = "readiness_places"

    division: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    """When the roster was looked at."""
    households: int
    people: int
    earliest: int | None = None
    """Zero comes before it with a chance of 10 %; None: no time can be named."""
    latest: int | None = None
    """Zero comes after it with a chance of 10 %."""
    withheld: str | None = None
    """Why no time can be named: see `alerting.feed.predicted.Withheld`."""


class ReadinessGapRow(SQLModel, table=True):
    """One thing to mend: see `alerting.readiness.gaps.Gap`."""

    __tablename__ = "readiness_gaps"
    __table_args__ = (Index("readiness_gaps_by_division", "division", "position"),)

    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """Its place in the order of gravity, from 0."""
    reason: str
    about: int
    subject: str
    division: str
    number: int


readiness_places = _table(ReadinessPlaceRow)

readiness_gaps = _table(ReadinessGapRow)
