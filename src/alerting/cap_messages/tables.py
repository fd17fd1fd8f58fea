"""The table of issued CAP messages."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class CapMessageRow(SQLModel, table=True):
    """An issued CAP message; its document never changes."""

    __tablename__ = "cap_messages"
    __table_args__ = (Index("cap_messages_public", "is_public", "expires"),)

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    seq: int = Field(primary_key=True)
    """Log entry that recorded the step."""
    identifier: str = Field(unique=True)
    sender: str
    sent: datetime = Field(sa_type=Instant)
    expires: datetime = Field(sa_type=Instant)
    step: str
    is_public: bool
    """Whether its scope is Public and its status is Actual."""
    divisions: str = Field(sa_type=Text)
    """JSON list of the divisions that the step alerted; empty if none."""
    drawn: str | None = Field(default=None, sa_type=Text)
    """JSON of `alerting.cap.alert.Area`, if the alerted area was drawn."""
    document: str = Field(sa_type=Text)


cap_messages = _table(CapMessageRow)
