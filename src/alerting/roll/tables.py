"""Tables of the roll, its tallies and the evidence."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.encryption.columns import Personal, Phone
from contacts.tables import Instant


class RollRow(SQLModel, table=True):
    """A household on an alert's roll: a snapshot of the roster, and its current standing."""

    __tablename__ = "roll"
    __table_args__ = (
        Index("roll_by_danger", "alert", "danger", "household"),
        Index("roll_by_household", "household"),
        Index(
            "roll_due",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
        Index(
            "roll_unfollowed",
            "alert",
            "household",
            # Safe households need no follow-up: see `alerting.escalation.watchdog`.
            sqlite_where=text("next_at IS NULL AND danger + 0 < 8"),
            postgresql_where=text("next_at IS NULL AND danger + 0 < 8"),
        ),
    )

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    household: str = Field(primary_key=True)
    division: str
    head: str = Field(sa_type=Personal)
    address: str = Field(sa_type=Personal)
    headcount: int
    language: str
    vulnerable: str = Field(sa_type=Personal)
    persons: str = Field(sa_type=Personal)
    """The names in the roster, separated by ';'."""
    officer: str | None
    added_by: str | None
    """The officer who added the household; None if it comes from the roster."""
    seq: int
    """Sequence number of the log entry that put the household on the roll."""
    standing: str
    unaccounted: int
    needs_help: int
    staying: int
    elsewhere: int
    evacuated: int
    verified: bool
    flagged: bool
    reason: str
    settled_by: str | None = Field(sa_type=Phone)
    """The phone or the officer's id whose word decided the standing."""
    danger: int
    """Sort key, lowest for most danger: see `alerting.roll.rules.standing.danger_of`."""
    silent_since: datetime = Field(sa_type=Instant)
    """The time from which the ladder's steps count: see `alerting.policy.escalation.hasten`."""
    reachable: bool
    """True if a text or call may reach the household; if false, an officer is sent at once."""
    steps_done: int
    """Number of the ladder's steps that were taken or skipped."""
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the ladder's next step is due; None if no follow-up is needed, or no step is left."""


class TallyRow(SQLModel, table=True):
    """Counts of the households and people of one village or grid. Readers add them up."""

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


class EvidenceRow(SQLModel, table=True):
    """One statement about a household; append-only."""

    __tablename__ = "evidence"
    __table_args__ = (
        Index("evidence_by_household", "alert", "household"),
        # Used to find the phone from which a household last answered, in any alert.
        Index("evidence_by_giver", "given_by", "household"),
    )

    id: int | None = Field(default=None, primary_key=True)
    alert: int = Field(foreign_key="alerts.id")
    household: str
    seq: int
    given_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    rung: int
    given_by: str = Field(sa_type=Phone)
    """The phone or officer's id that gave the evidence."""
    report: str
    people: int | None
    persons: str | None = None
    """Indexes of the people that the evidence names, in the household's list of names, with ';'."""
    since: datetime | None = Field(default=None, sa_type=Instant)
    """When the missed roll-call was called."""
    channel: str
    source: str = Field(unique=True)
    """Idempotency key: the id of the message or request."""
    note: str = Field(sa_type=Personal)
    early: bool = False
    """True if the evidence came before the alert's first text or call to its giver was sent."""


roll = _table(RollRow)

tallies = _table(TallyRow)

evidence = _table(EvidenceRow)
