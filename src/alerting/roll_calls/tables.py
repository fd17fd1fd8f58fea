"""The table of roll-calls."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class RollCallRow(SQLModel, table=True):
    """A roll-call of people who are safe. Households that miss it are unaccounted for again."""

    __tablename__ = "roll_calls"

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    number: int = Field(primary_key=True)
    """The number of the roll-call within its alert, from 1."""
    called_at: datetime = Field(sa_type=Instant)
    called_by: str | None
    """The id of the officer who started the roll-call; None if the clock did."""
    ends_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    seq: int


roll_calls = _table(RollCallRow)
