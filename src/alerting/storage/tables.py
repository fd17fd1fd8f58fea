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
    next_roll_call_at: datetime | None = Field(default=None, sa_type=Instant)
    """When those already safe are asked again; None: it is not closed, or one is running."""
    watched_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the watchdog last looked whether anybody is forgotten, and for dark villages."""


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
            # Nobody is after the safe: see `alerting.storage.watch`.
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
    """Place in a list that begins with those in most danger: see `alerting.storage.roll`."""
    silent_since: datetime = Field(sa_type=Instant)
    """Since when its silence counts on the ladder: see `alerting.core.escalation.hasten`."""
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


class TextRow(SQLModel, table=True):
    """A text as it is sent, frozen when it was planned."""

    __tablename__ = "texts"

    id: int | None = Field(default=None, primary_key=True)
    alert: int = Field(foreign_key="alerts.id", index=True)
    kind: str
    language: str
    body: str = Field(sa_type=Text)
    segments: int
    """With the recipient's own link, which costs none."""
    link: str | None = None
    """What follows the body, up to the recipient's token in `links`; None: no link does."""


class LinkRow(SQLModel, table=True):
    """The token by which a household answers an alert without a name or a password."""

    __tablename__ = "links"
    __table_args__ = (Index("links_by_household", "alert", "household", unique=True),)

    token: str = Field(primary_key=True)
    # No foreign key: to check it, who claims a text would wait for whoever holds the alert.
    alert: int
    household: str


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
            # What always holds hides it from all that do not say so: see `claims.expire`.
            sqlite_where=text("state = 'queued' AND attempts >= 0"),
            postgresql_where=text("state = 'queued' AND attempts >= 0"),
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
    accepted_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the provider first had it, in the alert's time."""
    attempts: int = 0
    """Also the fencing token: an outcome of an older attempt than this changes nothing."""
    error_code: int | None = None
    seq: int


class AttemptRow(SQLModel, table=True):
    """One try at a delivery. Its token, in the callback's address, cannot be guessed."""

    __tablename__ = "attempts"
    # For receipts that name a text by the provider's id of it.
    __table_args__ = (Index("attempts_by_provider_id", "provider", "provider_id"),)

    token: str = Field(primary_key=True)
    delivery: int = Field(foreign_key="deliveries.id", index=True)
    number: int
    """Which try of the delivery it is, from 1."""
    provider: str
    """The name of the provider that was asked: see `alerting.core.health`."""
    started_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
    outcome: str | None = None
    provider_id: str | None = None
    error_code: int | None = None


class PaceRow(SQLModel, table=True):
    """How many segments or calls a sender may begin: see `alerting.core.pace`."""

    __tablename__ = "paces"

    sender: str = Field(primary_key=True)
    tokens: float
    filled_at: datetime = Field(sa_type=Instant)


class ProviderRow(SQLModel, table=True):
    """How well a provider works: see `alerting.core.health`."""

    __tablename__ = "providers"

    name: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Instant)
    condition: str
    good: int
    slow: int
    bad: int
    falls: int
    next_trial_at: datetime = Field(sa_type=Instant)


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
    __table_args__ = (
        Index(
            "inbound_waiting",
            "received_at",
            sqlite_where=text("waits = 1"),
            postgresql_where=text("waits"),
        ),
    )

    provider_id: str = Field(primary_key=True)
    sender: str = Field(index=True)
    body: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_type=Instant)
    intent: str
    reason: str
    alert: int | None = None
    recipient: str | None = None
    waits: bool = False
    """Whether nobody understood it: it waits for an officer to work it off."""
    settled_by: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=Instant)


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


class ConfirmationRow(SQLModel, table=True):
    """An officer's word that the call was heard (叫应)."""

    __tablename__ = "confirmations"

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    officer: str = Field(primary_key=True)
    given_at: datetime = Field(sa_type=Instant)
    channel: str
    seq: int


class TaskRow(SQLModel, table=True):
    """A door to knock on, and whose it is. What is passed on ends, and the next one begins."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index(
            "tasks_pending",
            "alert",
            "household",
            unique=True,
            sqlite_where=text("state IN ('open', 'taken')"),
            postgresql_where=text("state IN ('open', 'taken')"),
        ),
        Index("tasks_by_household", "alert", "household"),
        Index("tasks_by_officer", "officer", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    alert: int = Field(foreign_key="alerts.id")
    household: str
    division: str
    officer: str | None
    """Whose door it is; None: there is no officer at all."""
    cause: str
    state: str
    due_at: datetime = Field(sa_type=Instant)
    """When the policy wanted it."""
    opened_at: datetime = Field(sa_type=Instant)
    taken_at: datetime | None = Field(default=None, sa_type=Instant)
    told_at: datetime | None = Field(default=None, sa_type=Instant)
    """When its officer was owed the text that says so."""
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_by: str | None = None
    seq: int


class OfficerCallRow(SQLModel, table=True):
    """An officer called to an alert (叫应), and how far the ladder of their silence has come."""

    __tablename__ = "officer_calls"
    __table_args__ = (
        Index(
            "officer_calls_due",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
    )

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    officer: str = Field(primary_key=True)
    division: str
    called_at: datetime = Field(sa_type=Instant)
    steps_done: int
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the ladder goes on; None: confirmed, or it has ended."""
    told_above_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the tier above was told that this officer could not be woken."""
    seq: int


class HelpCaseRow(SQLModel, table=True):
    """A household's call for help, followed until an officer reports it resolved."""

    __tablename__ = "help_cases"
    __table_args__ = (
        Index(
            "help_cases_due",
            "passes_at",
            sqlite_where=text("passes_at IS NOT NULL"),
            postgresql_where=text("passes_at IS NOT NULL"),
        ),
    )

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    household: str = Field(primary_key=True)
    division: str
    state: str
    reason: str
    opened_at: datetime = Field(sa_type=Instant)
    resolved_at: datetime | None = Field(default=None, sa_type=Instant)
    resolved_by: str | None = None
    owner: str
    """The division whose officers own it."""
    passes_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the next tier owns it; None: it is resolved, or with the last."""
    seq: int


class ApprovalRow(SQLModel, table=True):
    """An area beyond the own village, or villages next door, that wait for an officer's word."""

    __tablename__ = "approvals"
    __table_args__ = (
        Index(
            "approvals_due",
            "passes_at",
            sqlite_where=text("passes_at IS NOT NULL"),
            postgresql_where=text("passes_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    alert: int = Field(foreign_key="alerts.id", index=True)
    cause: str
    divisions: str = Field(sa_type=Text)
    """JSON, a list of codes."""
    asked_by: str
    asked_at: datetime = Field(sa_type=Instant)
    asked: str
    """The division whose officers decide now."""
    passes_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the next tier is asked; None: it is decided, or with the last."""
    state: str
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    seq: int


class RollCallRow(SQLModel, table=True):
    """Those already safe asked again; who does not answer in time is unaccounted again."""

    __tablename__ = "roll_calls"

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    number: int = Field(primary_key=True)
    """Which of the alert's roll-calls it is, from 1."""
    called_at: datetime = Field(sa_type=Instant)
    called_by: str | None
    """The officer who called it; None: the clock did."""
    ends_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    seq: int


class DarkVillageRow(SQLModel, table=True):
    """A village whose phones do not answer: its doors are knocked on at once."""

    __tablename__ = "dark_villages"

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    division: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Instant)
    found_by: str | None
    """The officer who sent people to its doors; None: the receipts showed it."""
    share: float | None
    """Of its texts, how many were delivered, from 0 to 1."""
    neighbours_share: float | None
    seq: int


class LeaseRow(SQLModel, table=True):
    """Who does what one process at a time does: see `alerting.storage.lease`."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    holder: str
    """The process, as people name it."""
    fence: int
    """Grows each time it is taken over."""
    until: datetime = Field(sa_type=Instant)


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
links = _table(LinkRow)
deliveries = _table(DeliveryRow)
attempts = _table(AttemptRow)
paces = _table(PaceRow)
providers = _table(ProviderRow)
receipts = _table(ReceiptRow)
inbound = _table(InboundRow)
evidence = _table(EvidenceRow)
confirmations = _table(ConfirmationRow)
tasks = _table(TaskRow)
officer_calls = _table(OfficerCallRow)
help_cases = _table(HelpCaseRow)
approvals = _table(ApprovalRow)
roll_calls = _table(RollCallRow)
dark_villages = _table(DarkVillageRow)
leases = _table(LeaseRow)
heartbeat = _table(HeartbeatRow)
