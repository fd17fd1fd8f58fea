"""Rows of calls for help."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.instant import Instant


class HelpCaseRow(SQLModel, table=True):
    """A household's call for help, followed until an officer reports it resolved."""

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
    resolved_by: str | None = None
    owner: str
    """The division whose officers own it."""
    passes_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the next tier owns it; None: it is resolved, or with the last."""
    seq: int


help_cases = _table(HelpCaseRow)
