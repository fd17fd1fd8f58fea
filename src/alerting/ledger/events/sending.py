"""Payloads of events about sending: deliveries counted by outcome, lateness, providers."""

from datetime import datetime
from typing import ClassVar

from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.payload import Payload


class DeliveriesAttempted(Payload):
    """A batch of attempts ended at the provider; the counts are by outcome."""

    kind: ClassVar = EventKind.DELIVERIES_ATTEMPTED

    accepted: int = 0
    """The provider took them."""
    refused: int = 0
    """The provider did not take them."""
    unknown: int = 0
    """No answer came: the provider may have taken them."""


class DeliveriesReceipted(Payload):
    """Receipts changed the states of deliveries; the counts are by their new state."""

    kind: ClassVar = EventKind.DELIVERIES_RECEIPTED

    unknown: int = 0
    """The provider does not know their outcome."""
    accepted: int = 0
    """The provider has them."""
    sent: int = 0
    """They left the provider."""
    delivered: int = 0
    """They arrived."""
    undelivered: int = 0
    """They left and did not arrive."""
    failed: int = 0
    """They never left the provider."""
    refused: int = 0
    """The provider did not take them."""
    expired: int = 0
    """Their validity ended at the provider."""
    cancelled: int = 0
    """They were cancelled at the provider."""


class DeliveriesExpired(Payload):
    """Deliveries expired before they were sent."""

    kind: ClassVar = EventKind.DELIVERIES_EXPIRED

    expired: int = 0
    """The number of deliveries."""


class SendingLate(Payload):
    """Texts will leave later than the policy allows; repeated as long as that holds."""

    kind: ClassVar = EventKind.SENDING_LATE

    segments: int
    """Segments that wait."""
    predicted_finish: datetime
    """The predicted instant at which the last of them leaves."""


class GroupsTold(Payload):
    """Work groups are owed a post. They count as having reached nobody."""

    kind: ClassVar = EventKind.GROUPS_TOLD
    words: ClassVar = frozenset({"groups"})

    text: str
    """The kind of post: the alert, help cases, officers who were not woken, progress."""
    groups: tuple[str, ...]
    """The groups' names: their owner and a number."""


class GroupsAttempted(Payload):
    """Attempts to post to work groups ended; the counts are by outcome."""

    kind: ClassVar = EventKind.GROUPS_ATTEMPTED

    accepted: int = 0
    """The group's service took them."""
    refused: int = 0
    """The service did not take them, or could not be reached."""
    unknown: int = 0
    """No answer came: the service may have taken them."""


class ProviderNeedsOperator(Payload):
    """A provider refuses for a reason that only its operator can mend."""

    kind: ClassVar = EventKind.PROVIDER_NEEDS_OPERATOR

    codes: tuple[int, ...]
    """The provider's error codes; 0: it gave none."""


class ProviderCondition(Payload):
    """A provider's condition changed since the watchdog's last look."""

    provider: str
    """The provider's name."""
    since: datetime
    """The instant of the change."""


class ProviderUp(ProviderCondition):
    """A provider works again."""

    kind: ClassVar = EventKind.PROVIDER_UP


class ProviderSlow(ProviderCondition):
    """A provider answers slowly."""

    kind: ClassVar = EventKind.PROVIDER_SLOW


class ProviderDown(ProviderCondition):
    """A provider does not answer."""

    kind: ClassVar = EventKind.PROVIDER_DOWN
