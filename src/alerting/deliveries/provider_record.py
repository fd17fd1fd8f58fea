"""Statistics of a provider's latest attempts, and the queue of its channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, func, select

from alerting.deliveries.rules.delivery import DeliveryState, Failure, OutcomeKind
from alerting.deliveries.tables import attempts, deliveries
from alerting.policy.sections import Channel

LATELY: Final = timedelta(hours=1)

MOST_READ: Final = 2_000
"""Statistics cover at most this number of latest attempts."""


@dataclass(frozen=True, slots=True)
class LastFailure:
    """The latest attempt that the provider refused or did not answer."""

    at: datetime
    failure: Failure
    error_code: int | None


@dataclass(frozen=True, slots=True)
class ProviderRecord:
    """Statistics of a provider's latest attempts."""

    accepted_at: datetime | None
    """Start of the latest accepted attempt; None if none of the latest attempts was accepted."""
    failed: LastFailure | None
    tried_lately: int
    """Number of attempts in the last hour that have an outcome."""
    failed_lately: int
    """Number of attempts in the last hour that the provider refused or did not answer."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The due messages of a channel that are not handed over yet."""

    count: int
    waits_for: float | None
    """Seconds since the oldest message became due; None if no message waits."""


def record_of(connection: Connection, provider: str, now: datetime) -> ProviderRecord:
    """Return statistics of a provider's latest attempts; `now` is the machine's time."""
    query = (
        select(attempts.c.started_at, attempts.c.outcome, attempts.c.failure, attempts.c.error_code)
        .where(attempts.c.provider == provider)
        .order_by(attempts.c.started_at.desc())
        .limit(MOST_READ)
    )
    ended = [row for row in connection.execute(query) if row.outcome is not None]
    lately = [row for row in ended if row.started_at > now - LATELY]
    failed = [row for row in ended if row.outcome != OutcomeKind.ACCEPTED]
    accepted = (row.started_at for row in ended if row.outcome == OutcomeKind.ACCEPTED)
    return ProviderRecord(
        accepted_at=next(accepted, None),
        failed=_failure(failed),
        tried_lately=len(lately),
        failed_lately=sum(row.outcome != OutcomeKind.ACCEPTED for row in lately),
    )


def queue_of(connection: Connection, channel: Channel, now: datetime) -> Queue:
    """Return the queue of due messages of a channel; `now` is the alerts' time."""
    oldest = func.min(deliveries.c.due_at, type_=deliveries.c.due_at.type)
    row = connection.execute(
        select(func.count(), oldest).where(
            deliveries.c.state == DeliveryState.QUEUED,
            deliveries.c.channel == channel,
            deliveries.c.due_at <= now,
            deliveries.c.expires_at > now,
        )
    ).one()
    count, since = row
    return Queue(count, (now - since).total_seconds() if since else None)


def _failure(failed: Sequence[Any]) -> LastFailure | None:
    """Return the first of these failed attempts; a refusal without a kind counts as unlisted."""
    if not failed:
        return None
    last = failed[0]
    kind = Failure(last.failure) if last.failure else _unnamed(last.outcome)
    return LastFailure(last.started_at, kind, last.error_code)


def _unnamed(outcome: str) -> Failure:
    return Failure.UNKNOWN if outcome == OutcomeKind.UNKNOWN else Failure.UNLISTED
