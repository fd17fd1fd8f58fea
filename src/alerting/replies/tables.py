"""Rows of texts that came in."""

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.instant import Instant


class InboundRow(SQLModel, table=True):
    """A text that came in, whoever sent it, and how it was read."""

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
    """Whether nobody understood it: it waits for an officer to work it off."""
    suspected: bool = False
    """Whether it may be a call for help: it is shown first, and an officer is sent."""
    settled_by: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=Instant)


inbound = _table(InboundRow)
