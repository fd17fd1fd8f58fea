"""The table of help cases."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.encryption.columns import Phone
from contacts.tables import Instant


class HelpCaseRow(SQLModel, table=True):
    """A help case, followed until an officer or shelter reports it resolved."""

    __tablename__ = "help_cases"
    __table_args__ = (
        Index(
            "help_cases_due",
            "passes_at",
            sqlite_where=text("passes_at IS NOT NULL"),
            postgresql_where=text("passes_at IS NOT NULL"),
        ),
    )

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    household: str = Field(primary_key=True)
    division: str
    state: str
    reason: str
    opened_at: datetime = Field(sa_type=Instant)
    resolved_at: datetime | None = Field(default=None, sa_type=Instant)
    resolved_by: str | None = Field(default=None, sa_type=Phone)
    """The officer or the phone whose report resolved it."""
    owner: str
    """The division whose officers own the case."""
    passes_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the next tier takes over; None if resolved or at the last tier."""
    seq: int


help_cases = _table(HelpCaseRow)
