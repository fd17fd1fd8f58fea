"""How a household is asked once more, and what has become of it, as JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from alerting.core.asking import LastTry
from alerting.core.delivery import DeliveryState
from alerting.core.plan import Channel


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
