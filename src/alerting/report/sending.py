"""Counts of an alert's texts and phone calls by channel, provider and outcome."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, Integer, and_, func, select

from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import attempts, deliveries
from contacts.division import subtree


class Stage(StrEnum):
    """How far a delivery got, from best to worst; VOID means expired or cancelled."""

    ARRIVED = "arrived"
    LEFT = "left"
    WAITING = "waiting"
    DOUBTFUL = "doubtful"
    LOST = "lost"
    VOID = "void"


_STAGES: Final = {
    DeliveryState.DELIVERED: Stage.ARRIVED,
    DeliveryState.SENT: Stage.LEFT,
    DeliveryState.ACCEPTED: Stage.LEFT,
    DeliveryState.QUEUED: Stage.WAITING,
    DeliveryState.SENDING: Stage.WAITING,
    DeliveryState.UNKNOWN: Stage.DOUBTFUL,
    DeliveryState.REFUSED: Stage.LOST,
    DeliveryState.FAILED: Stage.LOST,
    DeliveryState.UNDELIVERED: Stage.LOST,
    DeliveryState.EXPIRED: Stage.VOID,
    DeliveryState.CANCELLED: Stage.VOID,
}


@dataclass
class Sent:
    """Counts of the deliveries by one channel whose last attempt was with one provider."""

    channel: str
    provider: str
    """The provider's name; empty if no attempt was made."""
    attempts: int = 0
    stages: dict[Stage, int] = field(default_factory=lambda: dict.fromkeys(Stage, 0))


def sent_in(connection: Connection, alert: int, division: str) -> list[Sent]:
    """Return the counts of deliveries to households and officers of a division."""
    provider = func.coalesce(attempts.c.provider, "")
    kinds = (deliveries.c.channel, provider, deliveries.c.state)
    last = and_(attempts.c.delivery == deliveries.c.id, attempts.c.number == deliveries.c.attempts)
    rows = connection.execute(
        select(*kinds, func.count(), func.sum(deliveries.c.attempts).cast(Integer))
        .select_from(deliveries)
        .outerjoin(attempts, last)
        .where(deliveries.c.alert == alert, deliveries.c.division.between(*subtree(division)))
        .group_by(*kinds)
        .order_by(*kinds)
    )
    found: dict[tuple[str, str], Sent] = {}
    for channel, name, state, count, tries in rows:
        sent = found.setdefault((channel, name), Sent(channel, name))
        sent.attempts += tries
        sent.stages[_STAGES[DeliveryState(state)]] += count
    return list(found.values())
