"""Rows of the roll, its tallies and the evidence."""

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
            # Households that are safe need no follow-up: see `alerting.escalation.watchdog`.
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
    """Names that the roster has, separated by ';'."""
    officer: str | None
    added_by: str | None
    """The officer who added a household that is not in the roster; None: from the roster."""
    seq: int
    """Sequence number of the log entry that put it on the roll."""
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
    """The phone or the officer whose word decided its standing."""
    danger: int
    """Sort key, lowest for most danger: see `alerting.roll.rules.standing.danger_of`."""
    silent_since: datetime = Field(sa_type=Instant)
    """Start of its silence for the ladder: see `alerting.policy.escalation.hasten`."""
    reachable: bool
    """True if a text or call may reach it; if false, silence sends somebody to the door at once."""
    steps_done: int
    """Number of its ladder's steps taken or skipped."""
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    """When its ladder's next step is due; None: it needs no follow-up, or the ladder has ended."""


class TallyRow(SQLModel, table=True):
    """Counts of one village's or grid's households and people by standing; rolled up on read."""

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
        # For the phone that answered last, in any alert.
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
    """The phone, or the officer's id."""
    report: str
    people: int | None
    persons: str | None = None
    """Indexes of the people it names in the household's list of names, separated by ';'."""
    since: datetime | None = Field(default=None, sa_type=Instant)
    """When the missed roll-call was called."""
    channel: str
    source: str = Field(unique=True)
    """Idempotency key: a message's or a request's id."""
    note: str = Field(sa_type=Personal)
    early: bool = False
    """True if it came before the alert sent its giver any text or call."""


roll = _table(RollRow)

tallies = _table(TallyRow)

evidence = _table(EvidenceRow)
