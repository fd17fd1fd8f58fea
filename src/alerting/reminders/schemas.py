"""JSON bodies for sending an alert again and for the last tries."""

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
    """The division in which an alert is sent again to silent households."""

    model_config = ConfigDict(extra="forbid")

    division: DivisionCode
    """The division's code."""


class SentAgainBody(Body):
    """The households that a reminder is owed to, one text each; `people` are unaccounted."""

    households: int
    """Number of silent households that get a text."""
    people: int
    """Number of their people who are unaccounted."""
    segments: int
    """Number of text segments, which providers count and charge."""
    waiting: int
    """Silent households left out because a text is already queued for them."""
    unreachable: int
    """Silent households left out because no text reaches them."""
    predicted_finish: datetime
    """When the last text is expected to leave."""

    @classmethod
    def of(cls, sent: SentAgain) -> Self:
        """Return the body for a reminder that was, or would be, sent."""
        return cls(**vars(sent.counted), predicted_finish=sent.finish)


class AskBody(Body):
    """The channel by which a household is asked once more: a text, or a call with speech."""

    model_config = ConfigDict(extra="forbid")

    channel: Literal[Channel.SMS, Channel.VOICE]
    """The channel."""


class TryBody(Body):
    """The last text, or the last call, that was owed to a household, and its delivery state."""

    channel: Channel
    """The channel."""
    at: datetime
    """When it was ordered."""
    state: DeliveryState
    """The state of its delivery."""
    by: str | None
    """The officer who ordered it; null for the alert itself and for the ladder."""
    by_name: str | None
    """That officer's name; null: no officer ordered it."""

    @classmethod
    def of(cls, last: LastTry, officers: Mapping[str, str]) -> Self:
        """Return the body for a try."""
        return cls(**asdict(last), by_name=officers.get(last.by or ""))
