"""What every channel takes and answers."""

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
    """Comes back in the provider's status callback; cannot be guessed."""
    valid_for: int
    """Seconds from now after which the provider must not send it any more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered, if it did."""

    kind: OutcomeKind
    provider_id: str | None = None
    failure: Failure | None = None
    error_code: int | None = None
    detail: str = ""
    retry_after: timedelta = timedelta(0)
    """How long the provider asked to be left alone."""


class ChannelClient(Protocol):
    """A provider of one kind of message."""

    async def send(self, message: Message) -> Answer:
        """Hand over one message. Every failure is an answer; nothing is raised."""

    async def look_up(self, message: Message, since: datetime) -> Answer:
        """Say whether a message whose answer was lost had been taken: accepted or refused.

        `since` is when it was tried, by the machine's clock. If the provider cannot be asked,
        it stays unknown.
        """

    async def close(self) -> None:
        """Let go of the provider's connections."""
