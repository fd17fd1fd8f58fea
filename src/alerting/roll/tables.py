"""Rows of the roll, its tallies and the evidence."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.instant import Instant


class RollRow(SQLModel, table=True):
    """A household on an alert's roll: as the roster had it then, and its standing since."""

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
            # Nobody is after the safe: see `alerting.escalation.watchdog`.
            sqlite_where=text("next_at IS NULL AND danger + 0 < 8"),
            postgresql_where=text("next_at IS NULL AND danger + 0 < 8"),
        ),
    )

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    household: str = Field(primary_key=True)
    division: str
    head: str
    address: str
    headcount: int
    language: str
    vulnerable: str
    persons: str
    """The names of those the roster names, separated by ';'."""
    officer: str | None
    added_by: str | None
    """The officer who added people whom no roster has; None: from the roster."""
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
    """Place in a list that begins with those in most danger: see `alerting.roll.entries`."""
    silent_since: datetime = Field(sa_type=Instant)
    """Since when its silence counts on the ladder: see `alerting.policy.escalation.hasten`."""
    reachable: bool
    """Whether a text or call may reach it; if not, silence sends somebody to the door at once."""
    steps_done: int
    """How many steps of its ladder have been taken or passed over."""
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    """When its ladder goes on; None: everybody is accounted for, or the ladder has ended."""


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
    persons: str | None = None
    """The places, in the household's list of names, of those it names, separated by ';'."""
    since: datetime | None = Field(default=None, sa_type=Instant)
    """When the roll-call was called that was missed."""
    channel: str
    source: str = Field(unique=True)
    """What makes it one and the same when it comes twice: a message's or a request's id."""
    note: str


roll = _table(RollRow)

tallies = _table(TallyRow)

evidence = _table(EvidenceRow)
