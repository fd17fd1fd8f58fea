"""Tables of texts, links, deliveries, attempts, receipts, test texts, providers and paces."""

from datetime import datetime

from sqlalchemy import Index, false, text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.encryption.columns import Personal, PersonalJson, Phone, Token
from contacts.tables import Instant


class TextRow(SQLModel, table=True):
    """A text whose wording is frozen when its deliveries are planned."""

    __tablename__ = "texts"
    __table_args__ = (
        Index(
            "texts_in_force",
            "alert",
            "kind",
            "division",
            "language",
            unique=True,
            sqlite_where=text("in_force = 1"),
            postgresql_where=text("in_force"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    alert: int = Field(foreign_key="alerts.id", index=True)
    kind: str
    language: str
    division: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """The village or grid whose households read this text; empty if it is not for households."""
    in_force: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """True for the current text of this alert, kind, language and division."""
    body: str = Field(sa_type=Personal)
    segments: int
    """Number of segments of the body with the recipient's link."""
    link: str | None = None
    """The link after the body, without the recipient's token (see `links`); None without a link."""
    facts: str = Field(default="{}", sa_type=PersonalJson)
    """The facts in the body, as JSON, for providers that accept only templates."""


class LinkRow(SQLModel, table=True):
    """The secret token in a household's link, with which it answers an alert without signing in."""

    __tablename__ = "links"
    __table_args__ = (Index("links_by_household", "alert", "household", unique=True),)

    token: str = Field(sa_type=Token, primary_key=True)
    # A foreign key is left out: its check would make claims wait for every lock on the alert.
    alert: int
    household: str


class DeliveryRow(SQLModel, table=True):
    """One message to one recipient by one channel, from queued to its final state."""

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
            # `attempts >= 0` is always true. It hides this index from all queries that do not
            # contain it: see `claims.expire`.
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
    number: str = Field(sa_type=Phone)
    priority: int
    state: str
    due_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    accepted_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the provider first accepted it, by the alert's clock."""
    attempts: int = 0
    """Number of attempts. As the fencing token, it voids the outcomes of older attempts."""
    error_code: int | None = None
    seq: int


class AttemptRow(SQLModel, table=True):
    """One attempt at a delivery; its unguessable token is part of the status callback's URL."""

    __tablename__ = "attempts"
    # The first index finds a receipt's attempt by the provider's id. The second serves statistics.
    __table_args__ = (
        Index("attempts_by_provider_id", "provider", "provider_id"),
        Index("attempts_by_time", "provider", "started_at"),
    )

    token: str = Field(primary_key=True)
    delivery: int = Field(foreign_key="deliveries.id", index=True)
    number: int
    """Number of this attempt at the delivery, from 1."""
    provider: str
    """The name of the provider that was asked: see `alerting.deliveries.rules.providers`."""
    started_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
    outcome: str | None = None
    provider_id: str | None = None
    error_code: int | None = None
    failure: str | None = None
    """The kind of failure: see `alerting.deliveries.rules.delivery.Failure`."""


class PhoneTestRow(SQLModel, table=True):
    """A text that an administrator sent to their own phone to try a provider."""

    __tablename__ = "phone_tests"
    __table_args__ = (Index("phone_tests_by_officer", "officer", "asked_at"),)

    token: str = Field(primary_key=True)
    """The token that comes back in the provider's callback."""
    officer: str
    provider: str
    number: str = Field(sa_type=Phone)
    language: str
    body: str = Field(sa_type=Personal)
    facts: str = Field(sa_type=PersonalJson)
    """The facts in the body, as JSON, for providers that accept only templates."""
    asked_at: datetime = Field(sa_type=Instant)
    started_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it was handed to the provider; None while it waits."""
    outcome: str | None = None
    """An `alerting.deliveries.rules.delivery.OutcomeKind`; None until the provider answers."""
    failure: str | None = None
    error_code: int | None = None
    provider_id: str | None = None
    reported: str | None = None
    """The state that the provider's receipts report; None until the first receipt."""
    reported_at: datetime | None = Field(default=None, sa_type=Instant)


class PaceRow(SQLModel, table=True):
    """The token bucket of a sender: see `alerting.deliveries.rules.providers.Bucket`."""

    __tablename__ = "paces"

    sender: str = Field(primary_key=True)
    tokens: float
    filled_at: datetime = Field(sa_type=Instant)


class ProviderRow(SQLModel, table=True):
    """The health of a provider: see `alerting.deliveries.rules.providers.Health`."""

    __tablename__ = "providers"

    name: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Instant)
    condition: str
    good: int
    slow: int
    bad: int
    falls: int
    loses: bool = False
    next_trial_at: datetime = Field(sa_type=Instant)


class ReceiptRow(SQLModel, table=True):
    """A provider's status report on an attempt; repeated and late reports are kept too."""

    __tablename__ = "receipts"

    id: int | None = Field(default=None, primary_key=True)
    attempt: str = Field(foreign_key="attempts.token", index=True)
    provider_id: str
    status: str
    error_code: int | None
    received_at: datetime = Field(sa_type=Instant)


texts = _table(TextRow)

links = _table(LinkRow)

deliveries = _table(DeliveryRow)

attempts = _table(AttemptRow)

phone_tests = _table(PhoneTestRow)

paces = _table(PaceRow)

providers = _table(ProviderRow)

receipts = _table(ReceiptRow)
