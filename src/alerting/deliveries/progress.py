"""Progress of sending: counts by state, the backlog of texts, and log entries with counts."""

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
    """The number of deliveries with one tier of recipients, one channel and one state."""

    tier: str
    channel: str
    state: str
    count: int


def progress(connection: Connection, alert: int, division: str = "") -> list[Progress]:
    """Return the numbers of an alert's deliveries, by tier, channel and state.

    Only deliveries to households and officers within `division` count; "" is every division.
    """
    kinds = (deliveries.c.tier, deliveries.c.channel, deliveries.c.state)
    there = deliveries.c.division.between(*subtree(division))
    rows = connection.execute(
        select(*kinds, func.count()).where(deliveries.c.alert == alert, there).group_by(*kinds)
    )
    return [Progress(*row) for row in rows]


def log_results(
    transaction: Transaction, event: type[Payload], at: datetime, results: Sequence[tuple[int, str]]
) -> None:
    """Append to each alert's log one event that counts the deliveries by result.

    `results` holds a pair of alert id and result for each delivery. The payload type `event` has a
    field for each result.
    """
    by_alert: dict[int, Counter[str]] = defaultdict(Counter)
    for alert, result in results:
        by_alert[alert][result] += 1
    # All alerts are locked at once, in sorted order, so that two processes cannot deadlock.
    transaction.lock(list(by_alert))
    for alert, counts in by_alert.items():
        transaction.append(alert, event.model_validate(counts), at)


def backlog_of(
    connection: Connection, rules: SendingRules, now: datetime, alert: int | None = None
) -> Backlog:
    """Return the backlog: SMS of all alerts that are queued, due and not expired.

    If `alert` is given, the backlog's `waits_since` is the due time of its first waiting SMS.
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
