"""What waits to be sent, and when the last of it leaves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, func, select

from alerting.core.delivery import DeliveryState
from alerting.core.plan import Channel
from alerting.storage.tables import deliveries, texts


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
