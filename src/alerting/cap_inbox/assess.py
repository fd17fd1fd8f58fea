"""Assess a message on a read connection, which keeps the write transaction short."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from alerting.cap_inbox.locate import NOWHERE, Place, locate
from alerting.cap_inbox.rules.judge import Judged, dismissed, infos_to_read, judge, still_valid
from alerting.cap_inbox.rules.message import CapMessage
from alerting.cap_inbox.rules.outcomes import Reason
from alerting.cap_inbox.rules.summary import Summary
from alerting.policy.cap_sources import CapSource
from alerting.policy.policy import Policy


@dataclass(frozen=True)
class Assessed:
    """A message with the divisions that it covers, and the action that the policy gives it."""

    message: CapMessage
    summary: Summary
    dismissal: Reason | None
    """Why the message's header alone causes it to be ignored; None if it does not."""
    judged: Judged | None = None
    """None if no info block is valid now."""
    shown_to: tuple[str, ...] = ()
    shown_until: datetime | None = None
    place: Place = NOWHERE
    """The area of the info blocks that call for the action."""

    @property
    def obstacle(self) -> Reason | None:
        """Why the message can be neither shown nor raised; None if boards can show it."""
        if self.judged is None:
            return Reason.EXPIRED
        return None if self.shown_to else self.place.reason


def assess(
    connection: Connection,
    source: CapSource,
    message: CapMessage,
    policy: Policy,
    now: datetime,
    *,
    is_drill: bool,
) -> Assessed:
    """Return the assessment of a message by itself, without regard to earlier messages."""
    infos = infos_to_read(message)
    dismissal = dismissed(message, is_drill=is_drill)
    first = infos[0] if infos else None
    without_end = message.identity.sent + policy.alert.validity
    valid = still_valid(infos, now, without_end)
    if dismissal is not None or not valid:
        return Assessed(message, Summary.of(message, first), dismissal)
    places = [locate(connection, info.areas) for info in valid]
    located = [(info, place.shown_to) for info, place in zip(valid, places, strict=True)]
    judged = judge(message, located, source.rules, now)
    acting = [area for info in judged.infos for area in info.areas]
    return Assessed(
        message,
        Summary.of(message, judged.infos[0]),
        None,
        judged,
        tuple(dict.fromkeys(code for place in places for code in place.shown_to)),
        max(info.expires or without_end for info in valid),
        places[0] if len(valid) == 1 else locate(connection, acting),
    )
