"""Progress of deliveries: states, backlog, predicted finish, and ends counted into the log."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Integer, func, select

from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Backlog
from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.events.payload import Payload
from alerting.ledger.writer import Transaction
from alerting.policy.sections import Channel, SendingRules
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


def backlog_of(
    connection: Connection, rules: SendingRules, now: datetime, alert: int | None = None
) -> Backlog:
    """Return what waits to be sent by SMS, as far as its time has come.

    It knows since when the segments of `alert` wait, where one is named.
    """
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
    first_due = func.min(deliveries.c.due_at, type_=deliveries.c.due_at.type)
    own = select(first_due).where(*waits, deliveries.c.alert == alert)
    since = None if alert is None else connection.execute(own).scalar_one()
    return Backlog(segments, rules.segments_per_second, since)
