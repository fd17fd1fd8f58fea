"""Rows of the CAP messages, as they were issued."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class CapMessageRow(SQLModel, table=True):
    """A message that an entry of an alert's log made; its document never changes."""

    __tablename__ = "cap_messages"
    __table_args__ = (Index("cap_messages_public", "is_public", "expires"),)

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    seq: int = Field(primary_key=True)
    """The log entry that made it."""
    identifier: str = Field(unique=True)
    sender: str
    sent: datetime = Field(sa_type=Instant)
    expires: datetime = Field(sa_type=Instant)
    step: str
    is_public: bool
    """Of scope Public and status Actual."""
    divisions: str = Field(sa_type=Text)
    """The divisions that the step reached, as a JSON list; empty if it reached none."""
    drawn: str | None = Field(default=None, sa_type=Text)
    """The drawing, as JSON of `alerting.cap.alert.Area`, if only the households in it were."""
    document: str = Field(sa_type=Text)


cap_messages = _table(CapMessageRow)
