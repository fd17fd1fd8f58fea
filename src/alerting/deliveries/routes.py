"""Route for the state of sending: the backlog, its predicted finish, and the providers' health."""

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
    """Number of a tier's deliveries by one channel that are in one state."""

    model_config = ConfigDict(from_attributes=True)

    tier: Tier
    """The tier of the recipients."""
    channel: str
    """The channel."""
    state: str
    """The state of the deliveries."""
    count: int
    """How many there are."""


router = APIRouter(prefix="/api/alerts", tags=["alerts"])


class ProviderBody(Body):
    """A provider's condition, and when it entered that condition."""

    name: str
    """The provider's name."""
    condition: Condition
    """Whether it takes what it is given, and how fast."""
    since: datetime
    """Since when."""


class SendingBody(Body):
    """The waiting texts of all alerts, which share one pace, and the providers that send them."""

    segments: int
    """Number of text segments that wait, of all alerts."""
    waits_since: datetime | None
    """Due time of the first of this alert's texts that waits; null: none waits."""
    predicted_finish: datetime
    """When the last of them is expected to leave."""
    finishes_late: bool
    """True if this alert's texts leave later than the policy allows."""
    providers: list[ProviderBody]
    """The providers of texts and calls."""


@router.get("/{alert_id}/sending")
async def get_sending(alert_id: RowId, caller: Caller, runtime: RuntimeDep) -> SendingBody:
    """Return the state of sending."""
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
