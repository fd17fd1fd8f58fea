"""Tables of messages that came in, of what they cover and refer to, and of their sources."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class InboxRow(SQLModel, table=True):
    """A document from a source, kept whole before it is read, and its outcome."""

    __tablename__ = "cap_inbox"
    __table_args__ = (
        UniqueConstraint("source", "digest"),
        # Rows without an identity, such as refused ones, are not compared.
        UniqueConstraint("source", "sender", "identifier", "sent"),
        Index("cap_inbox_by_arrival", "source", "received_at"),
        Index("cap_inbox_by_identifier", "identifier"),
        Index("cap_inbox_shown", "shown_until"),
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str
    """The sender or feed, by its name in the policy."""
    raw: bytes = Field(sa_type=LargeBinary)
    digest: str
    """SHA-256 of the bytes: a repeat is counted, not kept again."""
    charset: str | None = None
    """The charset of its Content-Type."""
    received_at: datetime = Field(sa_type=Instant)
    times: int = 1
    """How often these bytes came."""
    last_received_at: datetime = Field(sa_type=Instant)
    outcome: str
    reason: str | None = None
    detail: str = ""
    """The element that is wrong, or what a person wants to know besides the reason."""
    sender: str | None = None
    """CAP's sender. With identifier and sent None if it is no message, or repeats another one's."""
    identifier: str | None = None
    sent: datetime | None = Field(default=None, sa_type=Instant)
    content: str | None = None
    """SHA-256 of the message as it was read."""
    summary: str = Field(default="", sa_type=Text)
    """JSON of `alerting.cap_inbox.rules.summary.Summary`; empty if it could not be read."""
    shown_until: datetime | None = Field(default=None, sa_type=Instant)
    """Until when boards show it; None: they do not, or no longer."""
    alert: int | None = Field(default=None, foreign_key="alerts.id", index=True)
    """The alert that it raised, proposed, corrected or cancelled."""


class InboxAreaRow(SQLModel, table=True):
    """A division that a message covers."""

    __tablename__ = "cap_inbox_areas"

    message: int = Field(primary_key=True, foreign_key="cap_inbox.id")
    division: str = Field(primary_key=True, index=True)


class InboxReferenceRow(SQLModel, table=True):
    """A message that an Update or Cancel refers to, whether it came or not."""

    __tablename__ = "cap_inbox_references"

    message: int = Field(primary_key=True, foreign_key="cap_inbox.id")
    sender: str = Field(primary_key=True)
    identifier: str = Field(primary_key=True, index=True)
    sent: datetime = Field(primary_key=True, sa_type=Instant)


class CapFeedRow(SQLModel, table=True):
    """How far a feed was polled, in the machine's time."""

    __tablename__ = "cap_feeds"

    name: str = Field(primary_key=True)
    etag: str = ""
    last_modified: str = ""
    polled_at: datetime = Field(sa_type=Instant)
    succeeded_at: datetime | None = Field(default=None, sa_type=Instant)
    failures: int = 0
    """Failed polls since the last one that succeeded."""
    problem: str = ""
    """Why the last poll failed; empty if it did not."""


class CapFeedEntryRow(SQLModel, table=True):
    """An entry of a feed whose message was taken: it is not fetched again."""

    __tablename__ = "cap_feed_entries"

    feed: str = Field(primary_key=True)
    entry: str = Field(primary_key=True)
    """SHA-256 of its link and of the time of its last change."""


cap_inbox = _table(InboxRow)

cap_inbox_areas = _table(InboxAreaRow)

cap_inbox_references = _table(InboxReferenceRow)

cap_feeds = _table(CapFeedRow)

cap_feed_entries = _table(CapFeedEntryRow)
