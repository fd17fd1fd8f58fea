"""The table of roll-calls."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class RollCallRow(SQLModel, table=True):
    """A roll-call of those already safe; a household that misses it is unaccounted again."""

    __tablename__ = "roll_calls"

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    number: int = Field(primary_key=True)
    """The number of the roll-call within its alert, from 1."""
    called_at: datetime = Field(sa_type=Instant)
    called_by: str | None
    """The officer who started it; None for the clock."""
    ends_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    seq: int


roll_calls = _table(RollCallRow)
