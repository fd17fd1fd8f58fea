"""JSON bodies for sending an alert again and for a household's last try."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Literal, Self

from pydantic import ConfigDict

from alerting.deliveries.rules.delivery import DeliveryState
from alerting.policy.sections import Channel
from alerting.reminders.rules import LastTry
from alerting.reminders.send_again import SentAgain
from contacts.bounds import Body
from contacts.division import DivisionCode


class SendAgainBody(Body):
    """An order to send an alert again to the silent households of a division."""

    model_config = ConfigDict(extra="forbid")

    division: DivisionCode
    """The division's code."""


class SentAgainBody(Body):
    """The numbers of households and people that a reminder reaches, with one text each."""

    households: int
    """The number of silent households that get a text."""
    people: int
    """The number of people unaccounted for in these households."""
    segments: int
    """The number of text segments; providers charge per segment."""
    waiting: int
    """The number of silent households left out because a text is already queued for them."""
    unreachable: int
    """The number of silent households left out because no text can reach them."""
    predicted_finish: datetime
    """When the last text is expected to be sent."""

    @classmethod
    def of(cls, sent: SentAgain) -> Self:
        """Join the counts of a reminder, sent or previewed, with its predicted finish."""
        return cls(**vars(sent.counted), predicted_finish=sent.finish)


class AskBody(Body):
    """A request to ask a household once more, by text or phone call."""

    model_config = ConfigDict(extra="forbid")

    channel: Literal[Channel.SMS, Channel.VOICE]
    """The channel by which to ask: text or phone call."""


class TryBody(Body):
    """The last text or the last phone call to a household, and its delivery state."""

    channel: Channel
    """The channel of the try: text or phone call."""
    at: datetime
    """When the try was queued."""
    state: DeliveryState
    """The state of the delivery."""
    by: str | None
    """The id of the officer who ordered the try; null for the alert itself and for the ladder."""
    by_name: str | None
    """The name of the officer who ordered the try; null if no officer did."""

    @classmethod
    def of(cls, last: LastTry, officers: Mapping[str, str]) -> Self:
        """Convert a try; `officers` holds names by officer id."""
        return cls(**asdict(last), by_name=officers.get(last.by or ""))
