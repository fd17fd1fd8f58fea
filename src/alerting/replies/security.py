"""Security events of texts: wrong codes of door texts, and households beyond a number's bound."""

from collections.abc import Sequence
from typing import Final

from alerting.replies.rules.intents import ReplyReason
from alerting.replies.statements import ReadText
from alerting.security_log.rules import SecurityEvent, SecurityKind
from contacts.people import mask_phone

_GUESSED: Final = "guessed"
"""Detail of wrong codes after which no code of the number proves anything for an hour."""


def events_of(one: ReadText) -> Sequence[SecurityEvent]:
    """Return the security events of a text."""
    officer = next(iter(one.sender.officers), None)
    who = (officer.division, officer.id) if officer else ("", "")
    sender = mask_phone(one.text.sender)
    found = []
    if one.proof.wrong:
        detail = _GUESSED if one.proof.is_refused else ""
        kind = SecurityKind.WRONG_DOOR_CODE
        found.append(SecurityEvent(kind, *who, sender, detail=detail))
    if any(word.reply.reason is ReplyReason.TOO_MANY for word in one.words):
        kind = SecurityKind.LIMIT_REACHED
        found.append(SecurityEvent(kind, *who, sender, detail="households_by_text"))
    return found
