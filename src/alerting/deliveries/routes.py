"""Route for the state of sending: the backlog, its expected finish, and the providers' health."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import ConfigDict
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.scope import alert_for
from alerting.database.tables import RowId
from alerting.deliveries.progress import backlog_of
from alerting.deliveries.providers import all_healths
from alerting.deliveries.rules.providers import Condition
from contacts.bounds import Body
from contacts.division import Tier


class ProgressBody(Body):
    """The number of deliveries with one tier of recipients, one channel and one state."""

    model_config = ConfigDict(from_attributes=True)

    tier: Tier
    """The tier of the recipients."""
    channel: str
    """The channel, such as `sms` or `voice`."""
    state: str
    """The state of the deliveries, such as `queued` or `delivered`."""
    count: int
    """The number of these deliveries."""


router = APIRouter(prefix="/api/alerts", tags=["alerts"])


class ProviderBody(Body):
    """A provider's condition."""

    name: str
    """The provider's name."""
    condition: Condition
    """`up`: it works; `slow`: it answers slowly; `down`: it does not work."""
    since: datetime
    """When the provider entered this condition."""


class SendingBody(Body):
    """The backlog of waiting texts, and the providers that send them."""

    segments: int
    """Number of waiting text segments of all alerts, which share one rate limit."""
    waits_since: datetime | None
    """When this alert's first waiting text became due; null if none of its texts waits."""
    predicted_finish: datetime
    """When the last segment of the backlog is expected to leave."""
    finishes_late: bool
    """True if this alert's texts are expected to leave later than the policy allows."""
    providers: list[ProviderBody]
    """The providers of texts and calls."""


@router.get("/{alert_id}/sending")
async def get_sending(alert_id: RowId, caller: Caller, runtime: RuntimeDep) -> SendingBody:
    """Return the backlog of texts, its expected finish, and the providers' conditions."""
    rules, now = runtime.policy.sending, runtime.clock.now()

    def look(connection: Connection) -> SendingBody:
        alert = alert_for(connection, alert_id, caller)
        backlog = backlog_of(connection, rules, now, alert.id)
        return SendingBody(
            segments=backlog.segments,
            waits_since=backlog.waits_since,
            predicted_finish=backlog.finish(now),
            finishes_late=backlog.is_late(now, rules.finish_within),
            providers=[
                ProviderBody(name=name, condition=health.condition, since=health.since)
                for name, health in all_healths(connection).items()
            ],
        )

    return await runtime.database.read(look)
