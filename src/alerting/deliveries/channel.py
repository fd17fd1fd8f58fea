"""The interface of every channel: messages in, answers out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from alerting.deliveries.rules.delivery import Failure, OutcomeKind


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one phone."""

    to: str
    """E.164."""
    body: str
    token: str
    """Unguessable token that comes back in the provider's status callback."""
    valid_for: int
    """Seconds from now after which the provider must not send it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer, or the fact that none came."""

    kind: OutcomeKind
    provider_id: str | None = None
    failure: Failure | None = None
    error_code: int | None = None
    detail: str = ""
    retry_after: timedelta = timedelta(0)
    """The provider's Retry-After."""


class ChannelClient(Protocol):
    """A provider of one kind of message."""

    async def send(self, message: Message) -> Answer:
        """Hand over one message. Return every failure as an answer; raise nothing."""

    async def look_up(self, message: Message, since: datetime) -> Answer:
        """Return whether a message whose answer was lost was accepted or refused.

        `since` is when it was tried, by the machine's clock. If the provider cannot be asked,
        the answer is unknown.
        """

    async def close(self) -> None:
        """Close the connections to the provider."""
