"""Table of door tasks."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.encryption.columns import Personal, Phone
from contacts.tables import Instant


class TaskRow(SQLModel, table=True):
    """A door task and its officer. Passing it on closes this row and inserts a new one."""

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
    """When the text that tells the officer was put in the outbox."""
    code: str = Field(default="", sa_type=Personal)
    """The code in the text that tells the officer; a report by text that repeats it is theirs."""
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_by: str | None = Field(default=None, sa_type=Phone)
    """The phone or the officer whose word closed it."""
    seq: int


tasks = _table(TaskRow)
