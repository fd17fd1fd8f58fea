"""The part of a message that boards show."""

from datetime import datetime
from typing import Final, Self

from pydantic import BaseModel, ConfigDict

from alerting.cap.alert import Category, Certainty, Scope, Severity, Urgency
from alerting.cap_inbox.rules.message import CapInfo, CapMessage, MessageStatus, MessageType

_MOST_PLACES: Final = 1_000


class Summary(BaseModel):
    """What a message says, in the language that is read here; texts that were not given are empty.

    Texts come from outside: whoever shows them escapes them.
    """

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    sender: str
    identifier: str
    sent: datetime
    status: MessageStatus
    msg_type: MessageType
    scope: Scope
    restriction: str
    sender_name: str = ""
    event: str = ""
    category: Category | None = None
    urgency: Urgency = Urgency.UNKNOWN
    severity: Severity = Severity.UNKNOWN
    certainty: Certainty = Certainty.UNKNOWN
    headline: str = ""
    description: str
    instruction: str = ""
    places: str = ""
    """The sender's own words for its areas."""
    expires: datetime | None = None

    @classmethod
    def of(cls, message: CapMessage, info: CapInfo | None) -> Self:
        """Return the summary of a message; `info` is the one that is read, if it has any."""
        identity = message.identity._asdict()
        header = {name: getattr(message, name) for name in ("status", "msg_type", "scope")}
        if info is None:
            return cls(
                **identity, **header, restriction=message.restriction, description=message.note
            )
        names = cls.model_fields.keys() & {*CapInfo.__dataclass_fields__}
        places = "、".join(dict.fromkeys(area.description for area in info.areas))
        return cls(
            **identity,
            **header,
            restriction=message.restriction,
            **{name: getattr(info, name) for name in names},
            places=places[:_MOST_PLACES],
        )
