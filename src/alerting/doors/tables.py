"""Rows of doors to knock on."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.instant import Instant


class TaskRow(SQLModel, table=True):
    """A door to knock on, and whose it is. What is passed on ends, and the next one begins."""

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
    """Whose door it is; None: there is no officer at all."""
    cause: str
    state: str
    due_at: datetime = Field(sa_type=Instant)
    """When the policy wanted it."""
    opened_at: datetime = Field(sa_type=Instant)
    taken_at: datetime | None = Field(default=None, sa_type=Instant)
    told_at: datetime | None = Field(default=None, sa_type=Instant)
    """When its officer was owed the text that says so."""
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_by: str | None = None
    seq: int


tasks = _table(TaskRow)
