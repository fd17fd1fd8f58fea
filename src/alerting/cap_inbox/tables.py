"""Tables of incoming messages, their divisions and references, and the feeds."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class InboxRow(SQLModel, table=True):
    """An incoming document, stored unchanged before it is read, and its outcome."""

    __tablename__ = "cap_inbox"
    __table_args__ = (
        UniqueConstraint("source", "digest"),
        # Rows without an identity, such as refused documents, are exempt from uniqueness.
        UniqueConstraint("source", "sender", "identifier", "sent"),
        Index("cap_inbox_by_arrival", "source", "received_at"),
        Index("cap_inbox_by_identifier", "identifier"),
        Index("cap_inbox_shown", "shown_until"),
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str
    """Name of the sender or feed in the policy."""
    raw: bytes = Field(sa_type=LargeBinary)
    digest: str
    """SHA-256 of the bytes; a repeat increments `times` and adds no row."""
    charset: str | None = None
    """Charset of its Content-Type."""
    received_at: datetime = Field(sa_type=Instant)
    times: int = 1
    """How many times these bytes came."""
    last_received_at: datetime = Field(sa_type=Instant)
    outcome: str
    reason: str | None = None
    detail: str = ""
    """The invalid element, or details for people."""
    sender: str | None = None
    """CAP's sender. `sender`, `identifier` and `sent` are None in repeats and refused documents."""
    identifier: str | None = None
    sent: datetime | None = Field(default=None, sa_type=Instant)
    content: str | None = None
    """SHA-256 of the parsed message, to compare messages with the same identity."""
    summary: str = Field(default="", sa_type=Text)
    """JSON of `alerting.cap_inbox.rules.summary.Summary`; empty if it was not readable."""
    shown_until: datetime | None = Field(default=None, sa_type=Instant)
    """When boards stop showing it; None: they do not show it."""
    alert: int | None = Field(default=None, foreign_key="alerts.id", index=True)
    """Id of the alert that it raised, proposed, corrected or cancelled."""


class InboxAreaRow(SQLModel, table=True):
    """A division that a message covers."""

    __tablename__ = "cap_inbox_areas"

    message: int = Field(primary_key=True, foreign_key="cap_inbox.id")
    division: str = Field(primary_key=True, index=True)


class InboxReferenceRow(SQLModel, table=True):
    """A message to which an Update or Cancel refers, even if that message never came."""

    __tablename__ = "cap_inbox_references"

    message: int = Field(primary_key=True, foreign_key="cap_inbox.id")
    sender: str = Field(primary_key=True)
    identifier: str = Field(primary_key=True, index=True)
    sent: datetime = Field(primary_key=True, sa_type=Instant)


class CapFeedRow(SQLModel, table=True):
    """The poll state of a feed; times are of the machine's clock."""

    __tablename__ = "cap_feeds"

    name: str = Field(primary_key=True)
    etag: str = ""
    last_modified: str = ""
    polled_at: datetime = Field(sa_type=Instant)
    succeeded_at: datetime | None = Field(default=None, sa_type=Instant)
    failures: int = 0
    """Number of failed polls since the last success."""
    problem: str = ""
    """Why the last poll failed, or why it could not fetch an entry; empty: no problem."""


class CapFeedEntryRow(SQLModel, table=True):
    """A feed entry whose message was processed and is not fetched again."""

    __tablename__ = "cap_feed_entries"

    feed: str = Field(primary_key=True)
    entry: str = Field(primary_key=True)
    """SHA-256 of the entry's link and its time of change."""


cap_inbox = _table(InboxRow)

cap_inbox_areas = _table(InboxAreaRow)

cap_inbox_references = _table(InboxReferenceRow)

cap_feeds = _table(CapFeedRow)

cap_feed_entries = _table(CapFeedEntryRow)
