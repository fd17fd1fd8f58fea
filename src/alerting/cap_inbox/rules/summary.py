"""The summary of a message that boards show."""

from datetime import datetime
from typing import Final, Self

from pydantic import ConfigDict

from alerting.cap.alert import Category, Certainty, Scope, Severity, Urgency
from alerting.cap_inbox.rules.message import CapInfo, CapMessage, MessageStatus, MessageType
from contacts.bounds import Body

_MOST_PLACES: Final = 1_000


class Summary(Body):
    """The words of a message in the language of the info block shown; missing texts are empty.

    The texts come from outside, so pages must escape them.
    """

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    sender: str
    """CAP's sender."""
    identifier: str
    """CAP's identifier."""
    sent: datetime
    """CAP's sent."""
    status: MessageStatus
    """CAP's status."""
    msg_type: MessageType
    """CAP's msgType."""
    scope: Scope
    """CAP's scope."""
    restriction: str
    """CAP's restriction."""
    sender_name: str = ""
    """CAP's senderName: the sender's name for people."""
    event: str = ""
    """CAP's event."""
    category: Category | None = None
    """CAP's category; null if it is missing."""
    urgency: Urgency = Urgency.UNKNOWN
    """CAP's urgency."""
    severity: Severity = Severity.UNKNOWN
    """CAP's severity."""
    certainty: Certainty = Certainty.UNKNOWN
    """CAP's certainty."""
    headline: str = ""
    """CAP's headline."""
    description: str
    """CAP's description; for a message without an info block, CAP's note."""
    instruction: str = ""
    """CAP's instruction."""
    places: str = ""
    """CAP's areaDesc of each area."""
    expires: datetime | None = None
    """CAP's expires; null if it is missing."""

    @classmethod
    def of(cls, message: CapMessage, info: CapInfo | None) -> Self:
        """Return the summary of a message; `info` is its info block to show, or None."""
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
