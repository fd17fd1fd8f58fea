"""The table of incoming texts."""

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class InboundRow(SQLModel, table=True):
    """An incoming text from any sender, and its reading."""

    __tablename__ = "inbound"
    __table_args__ = (
        Index(
            "inbound_waiting",
            "received_at",
            sqlite_where=text("waits = 1"),
            postgresql_where=text("waits"),
        ),
    )

    provider_id: str = Field(primary_key=True)
    sender: str = Field(index=True)
    body: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_type=Instant)
    intent: str
    reason: str
    alert: int | None = None
    recipient: str | None = None
    waits: bool = False
    """True if it was not understood and waits for an officer."""
    suspected: bool = False
    """True if it may be a call for help: it is listed first, and an officer is sent."""
    media: str = ""
    """The links of what came with it, one a line; a browser opens one only on a click."""
    settled_by: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=Instant)


inbound = _table(InboundRow)
