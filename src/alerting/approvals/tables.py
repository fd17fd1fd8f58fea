"""The table of approvals."""

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class ApprovalRow(SQLModel, table=True):
    """An area that waits, or waited, for an officer's decision."""

    __tablename__ = "approvals"
    __table_args__ = (
        Index(
            "approvals_due",
            "passes_at",
            sqlite_where=text("passes_at IS NOT NULL"),
            postgresql_where=text("passes_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    alert: int = Field(foreign_key="alerts.id", index=True)
    cause: str
    divisions: str = Field(sa_type=Text)
    """JSON list of division codes."""
    asked_by: str
    asked_at: datetime = Field(sa_type=Instant)
    asked: str
    """The division whose officers are asked now."""
    passes_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the next tier is asked; None if the approval is settled, or at the last tier."""
    state: str
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    seq: int


approvals = _table(ApprovalRow)
