"""Payloads of events about sending: outcomes of deliveries, delays, states of providers."""

from datetime import datetime
from typing import ClassVar

from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.payload import Payload


class DeliveriesAttempted(Payload):
    """A batch of attempts to send ended; each count is one outcome."""

    kind: ClassVar = EventKind.DELIVERIES_ATTEMPTED

    accepted: int = 0
    """Attempts that the provider accepted."""
    refused: int = 0
    """Attempts that the provider refused."""
    unknown: int = 0
    """Attempts that the provider did not answer; it may have accepted them."""


class DeliveriesReceipted(Payload):
    """The provider's receipts changed deliveries; each count is one new state."""

    kind: ClassVar = EventKind.DELIVERIES_RECEIPTED

    unknown: int = 0
    """Deliveries whose outcome the provider does not know."""
    accepted: int = 0
    """Deliveries that the provider accepted and has not sent on yet."""
    sent: int = 0
    """Deliveries that the provider sent on, without word yet whether they arrived."""
    delivered: int = 0
    """Deliveries that reached the phone."""
    undelivered: int = 0
    """Deliveries that were sent on and did not reach the phone."""
    failed: int = 0
    """Deliveries that the provider could not send on."""
    refused: int = 0
    """Deliveries that the provider refused."""
    expired: int = 0
    """Deliveries that expired at the provider."""
    cancelled: int = 0
    """Deliveries that were cancelled at the provider."""


class DeliveriesExpired(Payload):
    """Queued deliveries expired before they were sent."""

    kind: ClassVar = EventKind.DELIVERIES_EXPIRED

    expired: int = 0
    """The number of expired deliveries."""


class SendingLate(Payload):
    """Texts will be sent later than the policy allows; logged again while this lasts."""

    kind: ClassVar = EventKind.SENDING_LATE

    segments: int
    """The number of segments in the queue."""
    predicted_finish: datetime
    """When the last of these segments will be sent, by prediction."""


class GroupsTold(Payload):
    """Posts to work groups are queued. A post never counts as reaching an officer."""

    kind: ClassVar = EventKind.GROUPS_TOLD
    words: ClassVar = frozenset({"groups"})

    text: str
    """The kind of post: the alert, help cases, officers not woken, or progress."""
    groups: tuple[str, ...]
    """The names of the groups: the owner's name and a number."""


class GroupsAttempted(Payload):
    """Attempts to post to work groups ended; each count is one outcome."""

    kind: ClassVar = EventKind.GROUPS_ATTEMPTED

    accepted: int = 0
    """Attempts that the group's chat service accepted."""
    refused: int = 0
    """Attempts that failed: the chat service refused the post, or could not be reached."""
    unknown: int = 0
    """Attempts that the chat service did not answer; it may have accepted them."""


class ProviderNeedsOperator(Payload):
    """A provider refuses messages for a reason that only an operator of this service can fix."""

    kind: ClassVar = EventKind.PROVIDER_NEEDS_OPERATOR

    codes: tuple[int, ...]
    """The provider's error codes; 0 if it gave none."""


class ProviderCondition(Payload):
    """A provider's state changed since the watchdog's last check."""

    provider: str
    """The provider's name."""
    since: datetime
    """When the state changed."""


class ProviderUp(ProviderCondition):
    """A provider works again."""

    kind: ClassVar = EventKind.PROVIDER_UP


class ProviderSlow(ProviderCondition):
    """A provider answers slowly."""

    kind: ClassVar = EventKind.PROVIDER_SLOW


class ProviderDown(ProviderCondition):
    """A provider does not answer."""

    kind: ClassVar = EventKind.PROVIDER_DOWN
