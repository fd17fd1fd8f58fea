"""Tables with the result of the last readiness check; names stay in the roster."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class ReadinessPlaceRow(SQLModel, table=True):
    """The forecast of a division; seconds count from the raising of the alert."""

    __tablename__ = "readiness_places"

    division: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    """When the check ran."""
    households: int
    people: int
    earliest: int | None = None
    """Seconds to the start of the 80 % range of zero; None if no time can be predicted."""
    latest: int | None = None
    """Seconds to the end of the 80 % range of zero; None if no time can be predicted."""
    withheld: str | None = None
    """An `alerting.feed.predicted.Withheld`; None if a time can be predicted."""


class ReadinessGapRow(SQLModel, table=True):
    """A gap to repair; see `alerting.readiness.gaps.Gap`."""

    __tablename__ = "readiness_gaps"
    __table_args__ = (Index("readiness_gaps_by_division", "division", "position"),)

    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """The gap's position in the order of gravity, counted from 0."""
    reason: str
    about: int
    subject: str
    division: str
    number: int


readiness_places = _table(ReadinessPlaceRow)

readiness_gaps = _table(ReadinessGapRow)
