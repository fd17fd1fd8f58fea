"""Progress of deliveries: states, backlog, predicted finish, and ends counted into the log."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, func, select

from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.events.payload import Payload
from alerting.ledger.writer import Transaction
from alerting.policy.sections import Channel
from contacts.division import subtree


@dataclass(frozen=True)
class Progress:
    """How many deliveries of a tier, by a channel, are in a state."""

    tier: str
    channel: str
    state: str
    count: int


def progress(connection: Connection, alert: int, division: str = "") -> list[Progress]:
    """Return how many deliveries are in which state, by tier and channel.

    Counted are those to households and officers of a division; left out, of all of them.
    """
    kinds = (deliveries.c.tier, deliveries.c.channel, deliveries.c.state)
    there = deliveries.c.division.between(*subtree(division))
    rows = connection.execute(
        select(*kinds, func.count()).where(deliveries.c.alert == alert, there).group_by(*kinds)
    )
    return [Progress(*row) for row in rows]


def log_ends(
    transaction: Transaction, event: type[Payload], at: datetime, ends: Sequence[tuple[int, str]]
) -> None:
    """Log, alert by alert, how many deliveries came to which end.

    The payload `event` has a field for each end.
    """
    by_alert: dict[int, Counter[str]] = defaultdict(Counter)
    for alert, end in ends:
        by_alert[alert][end] += 1
    # All at once, so in their order: two processes must not wait for each other.
    transaction.lock(list(by_alert))
    for alert, counts in by_alert.items():
        transaction.append(alert, event.model_validate(counts), at)


@dataclass(frozen=True)
class Queue:
    """Segments that wait for a sender, those of every alert, and since when this alert's do."""

    segments: int
    waits_since: datetime | None
    """None: nothing of this alert waits."""

    def finish(self, now: datetime, segments_per_second: float) -> datetime:
        """Return when the last segment leaves, if nothing else comes."""
        return now + timedelta(seconds=self.segments / segments_per_second)

    def is_late(self, now: datetime, segments_per_second: float, within: timedelta) -> bool:
        """Whether this alert's texts leave later than the policy allows."""
        if self.waits_since is None:
            return False
        return self.finish(now, segments_per_second) - self.waits_since > within


def queue_of(connection: Connection, alert: int, now: datetime) -> Queue:
    """Return what waits to be sent by SMS, as far as its time has come."""
    waits = (
        deliveries.c.state == DeliveryState.QUEUED,
        deliveries.c.channel == Channel.SMS,
        deliveries.c.due_at <= now,
        deliveries.c.expires_at > now,
    )
    segments = connection.execute(
        select(func.coalesce(func.sum(texts.c.segments), 0).cast(Integer))
        .select_from(deliveries)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(*waits)
    ).scalar_one()
    since = connection.execute(
        select(func.min(deliveries.c.due_at, type_=deliveries.c.due_at.type)).where(
            *waits, deliveries.c.alert == alert
        )
    ).scalar_one()
    return Queue(segments, since)
