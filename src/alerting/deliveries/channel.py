"""The interface of every channel: messages in, answers out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from alerting.deliveries.rules.delivery import Failure, OutcomeKind


@dataclass(frozen=True, slots=True)
class Content:
    """The facts of a text, for providers that take a template's id and variables, not a text."""

    kind: str = ""
    """One of `alerting.messages.text.TextKind`."""
    language: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    """The facts as they were frozen with the text."""
    link: str = ""
    """The recipient's own link at the end of the text; empty if there is none."""


NO_CONTENT: Final = Content()
"""The content of a call, whose speech is fetched when somebody answers."""


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
    content: Content = NO_CONTENT


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


UNSENDABLE: Final = Answer(
    OutcomeKind.REFUSED, failure=Failure.NEVER, detail="its phone or text cannot be decrypted"
)
"""Takes the place of a provider's answer to a message that cannot be sent to anybody."""


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
