"""The interface that every provider of texts or calls implements: `ChannelClient`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from alerting.deliveries.rules.delivery import Failure, OutcomeKind


@dataclass(frozen=True, slots=True)
class Content:
    """The facts of a text, for providers that accept only a template with variables."""

    kind: str = ""
    """One of `alerting.messages.text.TextKind`."""
    language: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    """The values of the template's variables, frozen with the text."""
    link: str = ""
    """The recipient's personal link, which ends the text; empty if the text has none."""


NO_CONTENT: Final = Content()
"""The content of a call: empty, because its speech is fetched when somebody answers."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one phone."""

    to: str
    """The phone number in E.164 format."""
    body: str
    token: str
    """Unguessable token that comes back in the provider's status callback."""
    valid_for: int
    """Seconds from now during which the provider may send it."""
    content: Content = NO_CONTENT


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer to one attempt; its kind is `UNKNOWN` if no answer came."""

    kind: OutcomeKind
    provider_id: str | None = None
    failure: Failure | None = None
    error_code: int | None = None
    detail: str = ""
    retry_after: timedelta = timedelta(0)
    """The wait that the provider asks for in its Retry-After header."""


UNSENDABLE: Final = Answer(
    OutcomeKind.REFUSED, failure=Failure.NEVER, detail="its phone or text cannot be decrypted"
)
"""Replaces a provider's answer if a message is not sent because it cannot be decrypted."""


class ChannelClient(Protocol):
    """A connection to one provider, for either texts or calls."""

    async def send(self, message: Message) -> Answer:
        """Hand over one message; report every failure in the answer, and raise nothing."""

    async def look_up(self, message: Message, since: datetime) -> Answer:
        """Ask the provider what became of a message whose answer was lost.

        `since` is when it was sent, by the machine's clock. The answer is unknown if the provider
        cannot be asked.
        """

    async def close(self) -> None:
        """Close the connections to the provider."""
