"""An alert sent again, and what has become of the last try, as JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from alerting.deliveries.rules.delivery import DeliveryState
from alerting.policy.sections import Channel
from alerting.reminders.rules import LastTry
from alerting.reminders.send_again import SentAgain
from contacts.division import DivisionCode


class SendAgainBody(BaseModel):
    """Where the alert is sent again to those who are silent."""

    model_config = ConfigDict(extra="forbid")

    division: DivisionCode


class SentAgainBody(BaseModel):
    """Whom a reminder is owed to, one text each; `people` are those unaccounted among them."""

    households: int
    people: int
    segments: int
    waiting: int
    """Silent households left out: a text waits for them already."""
    unreachable: int
    """Silent households left out: no text reaches them."""
    predicted_finish: datetime

    @classmethod
    def of(cls, sent: SentAgain) -> Self:
        """Return the body for what was, or would be, sent."""
        return cls(**vars(sent.counted), predicted_finish=sent.finish)


class AskBody(BaseModel):
    """How a household is asked once more: by a text, or by a call that speaks."""

    model_config = ConfigDict(extra="forbid")

    channel: Literal[Channel.SMS, Channel.VOICE]


class TryBody(BaseModel):
    """The last text, or the last call, that was owed to a household; how far it has come."""

    channel: Channel
    at: datetime
    state: DeliveryState
    by: str | None
    """The officer at whose word it was said again; null: the alert itself, or silence."""
    by_name: str | None

    @classmethod
    def of(cls, last: LastTry, officers: Mapping[str, str]) -> Self:
        """Return the body for a try."""
        return cls(
            channel=last.channel,
            at=last.at,
            state=last.state,
            by=last.by,
            by_name=officers.get(last.by or ""),
        )
