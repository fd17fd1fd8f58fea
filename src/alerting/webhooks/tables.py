"""Tables of outgoing webhooks: their states, their positions in logs, and their dead letters."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class WebhookRow(SQLModel, table=True):
    """A webhook that is or was in the policy."""

    __tablename__ = "webhooks"

    name: str = Field(primary_key=True)
    failures: int = 0
    """Number of failures in a row; 0 if the last message was accepted."""
    failing_since: datetime | None = Field(default=None, sa_type=Instant)
    problem: str = ""
    """The last failure; empty if the last message was accepted."""
    next_try_at: datetime = Field(sa_type=Instant)
    delivered_at: datetime | None = Field(default=None, sa_type=Instant)


class WebhookPositionRow(SQLModel, table=True):
    """The last entry of an alert's log that was accepted by a webhook, skipped, or given up."""

    __tablename__ = "webhook_positions"

    name: str = Field(primary_key=True, foreign_key="webhooks.name")
    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    seq: int


class DeadLetterRow(SQLModel, table=True):
    """An event that a webhook did not accept in time."""

    __tablename__ = "dead_letters"

    name: str = Field(primary_key=True, foreign_key="webhooks.name")
    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    """When the event was given up, or last sent again without success."""
    problem: str
    asked_at: datetime | None = Field(default=None, sa_type=Instant)
    """When an administrator asked to send it again; None if nobody did since the last attempt."""


class WebhookSecurityRow(SQLModel, table=True):
    """The last minute of the security log that was accepted by a webhook or given up."""

    __tablename__ = "webhook_security_positions"

    name: str = Field(primary_key=True, foreign_key="webhooks.name")
    minute: datetime = Field(sa_type=Instant)


webhooks = _table(WebhookRow)

webhook_positions = _table(WebhookPositionRow)

dead_letters = _table(DeadLetterRow)

webhook_security_positions = _table(WebhookSecurityRow)
