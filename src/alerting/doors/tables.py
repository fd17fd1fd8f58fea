"""The table of door tasks."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.encryption.columns import Personal, Phone
from contacts.tables import Instant


class TaskRow(SQLModel, table=True):
    """A door task of one officer; passing it on closes this row and inserts a new row."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index(
            "tasks_pending",
            "alert",
            "household",
            unique=True,
            sqlite_where=text("state IN ('open', 'taken')"),
            postgresql_where=text("state IN ('open', 'taken')"),
        ),
        Index("tasks_by_household", "alert", "household"),
        Index("tasks_by_officer", "officer", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    alert: int = Field(foreign_key="alerts.id")
    household: str
    division: str
    officer: str | None
    """The assigned officer; None if no officer exists."""
    cause: str
    state: str
    due_at: datetime = Field(sa_type=Instant)
    """When the policy's ladder made the task due."""
    opened_at: datetime = Field(sa_type=Instant)
    taken_at: datetime | None = Field(default=None, sa_type=Instant)
    told_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the text that tells the officer of this task was queued."""
    code: str = Field(default="", sa_type=Personal)
    """The code in the text about this task. A report by text counts only if it repeats the code."""
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_by: str | None = Field(default=None, sa_type=Phone)
    """The officer or the phone whose report settled the household."""
    seq: int


tasks = _table(TaskRow)
