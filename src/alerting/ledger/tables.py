"""Rows of alerts, their areas and their logs."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.encryption.columns import PersonalHash, PersonalJson
from contacts.tables import Instant


class AlertRow(SQLModel, table=True):
    """An accepted alert, its state, and the end of its log."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("raised_by", "idempotency_key"),)

    id: int | None = Field(default=None, primary_key=True)
    identifier: str = Field(unique=True)
    """CAP's identifier, by which other systems know this alert."""
    number: int
    """Alert code that people type, '#27'; unique unless all codes are in use."""
    status: str
    exercise_size: str | None = None
    """Whom an exercise reaches: see `alerting.cap.exercise.ExerciseSize`; None: everybody."""
    exercise_only: str | None = None
    """The household or the officer of an exercise of one phone."""
    state: str = Field(index=True)
    origin: str
    """The division of the officer who raised it."""
    sent: datetime = Field(sa_type=Instant)
    expires: datetime = Field(sa_type=Instant)
    request: str = Field(sa_type=Text)
    """The accepted CAP fields, as JSON of `alerting.cap.alert.AlertRequest`."""
    request_hash: str
    raised_by: str
    idempotency_key: str | None = None
    last_seq: int = 0
    chain: str | None = Field(default=None, sa_type=PersonalHash)
    """Hash of the log's last entry; None: the log is empty."""
    next_roll_call_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the next roll-call is due; None: the alert is not closed, or a roll-call is running."""
    watched_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the watchdog last checked for households without follow-up and dark villages."""
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it ended for good; None: it is not over."""
    reduced_seq: int | None = None
    """The last entry of its log when what is personal was taken out; None: it was not."""
    reduced_to: str | None = None
    """The last household that a reduction has done; None: no reduction is under way."""


class AreaRow(SQLModel, table=True):
    """A division that an alert was raised for, or widened to."""

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
    payload: str = Field(sa_type=PersonalJson)
    salt: str
    """Random digits, hashed with the payload; empty once the entry is reduced."""
    commitment: str | None = None
    """Hash over the payload and its salt, set when the entry is reduced; None before."""
    chain: str = Field(sa_type=PersonalHash)
    """Hash over this entry and the chain of the entry before: see `alerting.ledger.chain`.

    Encrypted, because a hash in clear tells whoever tries all phones which one it was made of.
    """


alerts = _table(AlertRow)

areas = _table(AreaRow)

events = _table(EventRow)
