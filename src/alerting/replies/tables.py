"""Rows of incoming texts, and of parts of long ones."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.encryption.columns import Personal, Phone, Token
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
    sender: str = Field(sa_type=Phone, index=True)
    body: str = Field(sa_type=Personal)
    received_at: datetime = Field(sa_type=Instant)
    intent: str
    reason: str
    alert: int | None = None
    recipient: str | None = None
    waits: bool = False
    """True if it was not understood and waits for an officer."""
    suspected: bool = False
    """True if it may be a call for help: it is listed first, and an officer is sent."""
    media: str = Field(default="", sa_type=Personal)
    """The links of what came with it, one a line; a browser opens one only on a click."""
    wrong_codes: int = 0
    """Number of codes of door texts that it guessed wrong: see `alerting.replies.door_codes`."""
    code: str = Field(default="", sa_type=Personal)
    """The code that its sender was asked for, if it raises an alert: see `confirm_raise`."""
    settled_by: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=Instant)


inbound = _table(InboundRow)


class TextPartRow(SQLModel, table=True):
    """A part of a long text that waits for the others, or for its repetition."""

    __tablename__ = "text_parts"

    sender: str = Field(sa_type=Phone, primary_key=True)
    reference: int = Field(primary_key=True)
    total: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    digest: str = Field(sa_type=Token, primary_key=True)
    """Of the octets: a reference that is used again has another part in the same place."""
    octets: str = Field(sa_type=Personal)
    """In hexadecimal digits."""
    data_coding: int
    message_id: str
    received_at: datetime = Field(sa_type=Instant, index=True)


text_parts = _table(TextPartRow)
