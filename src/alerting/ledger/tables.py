"""Tables of alerts, their areas and their logs."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.encryption.columns import PersonalHash, PersonalJson
from contacts.tables import Instant


class AlertRow(SQLModel, table=True):
    """An accepted alert, its state, and the last position in its log."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("raised_by", "idempotency_key"),)

    id: int | None = Field(default=None, primary_key=True)
    identifier: str = Field(unique=True)
    """CAP's identifier, by which other systems know this alert."""
    number: int
    """The code that people type, such as '#27'; unique unless all 90 codes are in use."""
    status: str
    exercise_size: str | None = None
    """Whom an exercise reaches, an `alerting.cap.exercise.ExerciseSize`; None for everybody."""
    exercise_only: str | None = None
    """The household's code or officer's id in an exercise with one phone."""
    state: str = Field(index=True)
    origin: str
    """The code of the division of the officer who raised the alert."""
    sent: datetime = Field(sa_type=Instant)
    expires: datetime = Field(sa_type=Instant)
    request: str = Field(sa_type=Text)
    """The accepted CAP fields, as JSON of `alerting.cap.alert.AlertRequest`."""
    request_hash: str
    raised_by: str
    idempotency_key: str | None = None
    last_seq: int = 0
    chain: str | None = Field(default=None, sa_type=PersonalHash)
    """Hash of the log's last entry; None if the log is empty."""
    next_roll_call_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the next roll-call is due; None if the alert is not closed or a roll-call is running."""
    watched_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the watchdog last looked for dark villages and for households without follow-up."""
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the alert ended for good; None if it has not."""
    reduced_seq: int | None = None
    """Last entry's `seq` at the time when personal data was removed from the log; None: never."""
    reduced_to: str | None = None
    """The last household whose data a running reduction has removed; None if none is running."""


class AreaRow(SQLModel, table=True):
    """A division in an alert's area."""

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
    """Random digits hashed together with the payload; empty once the entry is reduced."""
    commitment: str | None = None
    """Hash over the salt and original payload, set when the entry is reduced; None before that."""
    chain: str = Field(sa_type=PersonalHash)
    """Hash over this entry and the `chain` of the entry before it; see `alerting.ledger.chain`.

    Encrypted, because an attacker could hash every possible phone number and compare.
    """


alerts = _table(AlertRow)

areas = _table(AreaRow)

events = _table(EventRow)
