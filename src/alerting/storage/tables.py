"""Rows of the ledger. They never leave this layer."""

from datetime import datetime

from sqlalchemy import Index, Table, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from contacts.instant import Instant


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


class AlertRow(SQLModel, table=True):
    """An accepted alert, as it was raised, and where its log ends."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("raised_by", "idempotency_key"),)

    id: int | None = Field(default=None, primary_key=True)
    identifier: str = Field(unique=True)
    """CAP's identifier: what other systems call this alert."""
    number: int
    """The alert code people type, '#27'; unique among the open alerts."""
    status: str
    state: str = Field(index=True)
    origin: str
    """The division of whoever raised it."""
    sent: datetime = Field(sa_type=Instant)
    expires: datetime = Field(sa_type=Instant)
    request: str = Field(sa_type=Text)
    """The CAP fields as they were accepted, JSON of `alerting.core.cap.AlertRequest`."""
    request_hash: str
    raised_by: str
    idempotency_key: str | None = None
    last_seq: int = 0


class AreaRow(SQLModel, table=True):
    """A division that an alert was raised for or widened to."""

    __tablename__ = "areas"

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    division: str = Field(primary_key=True)
    seq: int


class EventRow(SQLModel, table=True):
    """One entry of an alert's log."""

    __tablename__ = "events"

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    kind: str
    division: str
    subject: str
    payload: str = Field(sa_type=Text)


class RollRow(SQLModel, table=True):
    """A household on an alert's roll: as the roster had it then, and its standing since."""

    __tablename__ = "roll"
    __table_args__ = (
        Index("roll_by_danger", "alert", "danger", "household"),
        Index("roll_by_household", "household"),
    )

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    household: str = Field(primary_key=True)
    division: str
    head: str
    address: str
    headcount: int
    language: str
    vulnerable: str
    officer: str | None
    seq: int
    """The log entry that put it here."""
    standing: str
    unaccounted: int
    needs_help: int
    staying: int
    elsewhere: int
    evacuated: int
    verified: bool
    flagged: bool
    reason: str
    settled_by: str | None
    danger: int
    """Place in a list that begins with those in most danger: see `alerting.storage.roll`."""


class TallyRow(SQLModel, table=True):
    """Households and people of one village or grid by standing; rolled up when read."""

    __tablename__ = "tallies"

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    division: str = Field(primary_key=True)
    households_unaccounted: int
    households_partly: int
    households_needs_help: int
    households_staying: int
    households_elsewhere: int
    households_evacuated: int
    people_unaccounted: int
    people_needs_help: int
    people_staying: int
    people_elsewhere: int
    people_evacuated: int
    people_verified: int


class TextRow(SQLModel, table=True):
    """A text as it is sent, frozen when it was planned."""

    __tablename__ = "texts"

    id: int | None = Field(default=None, primary_key=True)
    alert: int = Field(foreign_key="alerts.id", index=True)
    kind: str
    language: str
    body: str = Field(sa_type=Text)
    segments: int


class DeliveryRow(SQLModel, table=True):
    """One message owed to one recipient by one channel."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(
            "deliveries_queued",
            "channel",
            "priority",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "deliveries_in_doubt",
            "lease_until",
            sqlite_where=text("state IN ('sending', 'unknown')"),
            postgresql_where=text("state IN ('sending', 'unknown')"),
        ),
        Index(
            "deliveries_expiring",
            "expires_at",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index("deliveries_by_recipient", "alert", "recipient"),
    )

    id: int | None = Field(default=None, primary_key=True)
    alert: int = Field(foreign_key="alerts.id")
    text: int = Field(foreign_key="texts.id")
    recipient_kind: str
    recipient: str
    division: str
    tier: str
    channel: str
    number: str
    priority: int
    state: str
    due_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = 0
    """Also the fencing token: an outcome of an older attempt than this changes nothing."""
    error_code: int | None = None
    seq: int


class AttemptRow(SQLModel, table=True):
    """One try at a delivery. Its token, in the callback's address, cannot be guessed."""

    __tablename__ = "attempts"

    token: str = Field(primary_key=True)
    delivery: int = Field(foreign_key="deliveries.id", index=True)
    number: int
    """Which try of the delivery it is, from 1."""
    started_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
    outcome: str | None = None
    provider_id: str | None = None
    error_code: int | None = None


class ReceiptRow(SQLModel, table=True):
    """What the provider said of an attempt; all of it is kept, repeated or late."""

    __tablename__ = "receipts"

    id: int | None = Field(default=None, primary_key=True)
    attempt: str = Field(foreign_key="attempts.token", index=True)
    provider_id: str
    status: str
    error_code: int | None
    received_at: datetime = Field(sa_type=Instant)


class InboundRow(SQLModel, table=True):
    """A text that came in, whoever sent it, and how it was read."""

    __tablename__ = "inbound"

    provider_id: str = Field(primary_key=True)
    sender: str = Field(index=True)
    body: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_type=Instant)
    intent: str
    reason: str
    alert: int | None = None
    recipient: str | None = None


class EvidenceRow(SQLModel, table=True):
    """What somebody said of a household; only ever added to."""

    __tablename__ = "evidence"
    __table_args__ = (Index("evidence_by_household", "alert", "household"),)

    id: int | None = Field(default=None, primary_key=True)
    alert: int = Field(foreign_key="alerts.id")
    household: str
    seq: int
    given_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    rung: int
    given_by: str
    report: str
    people: int | None
    channel: str
    source: str = Field(unique=True)
    """What makes it one and the same when it comes twice: a message's or a request's id."""
    note: str


class ConfirmationRow(SQLModel, table=True):
    """An officer's word that the call was heard (叫应)."""

    __tablename__ = "confirmations"

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    officer: str = Field(primary_key=True)
    given_at: datetime = Field(sa_type=Instant)
    channel: str
    seq: int


class HeartbeatRow(SQLModel, table=True):
    """The last write made to see whether the database takes one."""

    __tablename__ = "heartbeat"

    id: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)


alerts = _table(AlertRow)
areas = _table(AreaRow)
events = _table(EventRow)
roll = _table(RollRow)
tallies = _table(TallyRow)
texts = _table(TextRow)
deliveries = _table(DeliveryRow)
attempts = _table(AttemptRow)
receipts = _table(ReceiptRow)
inbound = _table(InboundRow)
evidence = _table(EvidenceRow)
confirmations = _table(ConfirmationRow)
heartbeat = _table(HeartbeatRow)
