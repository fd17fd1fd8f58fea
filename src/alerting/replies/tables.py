"""Tables of incoming texts and of the parts of long texts."""

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
    """True if the text waits for an officer to read it."""
    suspected: bool = False
    """True if the text may be a call for help: it is listed first, and an officer is told."""
    media: str = Field(default="", sa_type=Personal)
    """The links of attachments, one per line. A browser opens one only when clicked."""
    wrong_codes: int = 0
    """Number of wrong codes in the text or, if it has a `code`, in the answers to it."""
    code: str = Field(default="", sa_type=Personal)
    """The code with which the sender has to confirm that the text raises an alert."""
    settled_by: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=Instant)


inbound = _table(InboundRow)


class TextPartRow(SQLModel, table=True):
    """A part of a long text; when later parts are stored, parts over 10 minutes old are deleted."""

    __tablename__ = "text_parts"

    sender: str = Field(sa_type=Phone, primary_key=True)
    reference: int = Field(primary_key=True)
    total: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    digest: str = Field(sa_type=Token, primary_key=True)
    """SHA-256 of `octets`, which tells apart two texts to which a phone gave the same reference."""
    octets: str = Field(sa_type=Personal)
    """The part's bytes as hexadecimal digits."""
    data_coding: int
    message_id: str
    received_at: datetime = Field(sa_type=Instant, index=True)


text_parts = _table(TextPartRow)
