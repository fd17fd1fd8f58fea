"""Progress of sending: counts by state, the backlog of texts, and log entries with counts."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Integer, bindparam, func, select

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


_WAITS: Final = (
    deliveries.c.state == DeliveryState.QUEUED,
    deliveries.c.channel == Channel.SMS,
    deliveries.c.due_at <= bindparam("now"),
    deliveries.c.expires_at > bindparam("now"),
)

_SEGMENTS_WAITING: Final = (
    select(func.coalesce(func.sum(texts.c.segments), 0).cast(Integer))
    .select_from(deliveries)
    .join(texts, texts.c.id == deliveries.c.text)
    .where(*_WAITS)
)

_FIRST_DUE: Final = select(func.min(deliveries.c.due_at, type_=deliveries.c.due_at.type)).where(
    *_WAITS, deliveries.c.alert == bindparam("of_alert")
)


def backlog_of(
    connection: Connection, rules: SendingRules, now: datetime, alert: int | None = None
) -> Backlog:
    """Return the backlog: SMS of all alerts that are queued, due and not expired.

    If `alert` is given, the backlog's `waits_since` is the due time of its first waiting SMS.
    """
    segments = connection.execute(_SEGMENTS_WAITING, {"now": now}).scalar_one()
    own = {"now": now, "of_alert": alert}
    since = None if alert is None else connection.execute(_FIRST_DUE, own).scalar_one()
    return Backlog(segments, rules.segments_per_second, since)
