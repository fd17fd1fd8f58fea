"""Decide what an incoming message may trigger, from its header, its info blocks and the policy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from alerting.cap.alert import ResponseType, Scope
from alerting.cap_inbox.rules.message import CapInfo, CapMessage, MessageStatus, MessageType, subtag
from alerting.cap_inbox.rules.outcomes import Reason
from alerting.policy.cap_sources import CapAction, CapRule
from contacts.division import covers

_LANGUAGES: Final = ("zh", "en")
"""Languages to read, preferred first; if no info block has one, the first block's is read."""

_BY_STATUS: Final = {
    MessageStatus.TEST: Reason.STATUS_TEST,
    MessageStatus.SYSTEM: Reason.STATUS_SYSTEM,
    MessageStatus.DRAFT: Reason.STATUS_DRAFT,
}

_BY_TYPE: Final = {
    MessageType.ACK: Reason.ACKNOWLEDGEMENT,
    MessageType.ERROR: Reason.ERROR_REPORTED,
}

_STRENGTH: Final = (CapAction.NOTE, CapAction.PROPOSE, CapAction.ALERT)

_BY_SEVERITY: Final = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")


def dismissed(message: CapMessage, *, is_drill: bool) -> Reason | None:
    """Return why the header alone causes a message to be ignored, or None."""
    if message.status in _BY_STATUS:
        return _BY_STATUS[message.status]
    if is_drill and message.status is MessageStatus.ACTUAL:
        return Reason.ACTUAL_IN_A_DRILL
    if message.msg_type in _BY_TYPE:
        return _BY_TYPE[message.msg_type]
    if message.scope is Scope.PRIVATE:
        return Reason.PRIVATE
    if message.msg_type is not MessageType.CANCEL and not message.infos:
        return Reason.NO_INFO
    return None


def infos_to_read(message: CapMessage) -> tuple[CapInfo, ...]:
    """Return the info blocks in the language to read; see `_LANGUAGES`."""
    spoken = [subtag(info.language) for info in message.infos]
    chosen = next((each for each in _LANGUAGES if each in spoken), next(iter(spoken), ""))
    return tuple(info for info in message.infos if subtag(info.language) == chosen)


def still_valid(
    infos: Iterable[CapInfo], now: datetime, without_end: datetime
) -> tuple[CapInfo, ...]:
    """Return the info blocks that have not expired; the default expiry is `without_end`."""
    return tuple(info for info in infos if (info.expires or without_end) > now)


_LEAVE: Final = frozenset({None, ResponseType.EVACUATE, ResponseType.EXECUTE})
"""Response types for which people may be told to leave; `Execute` means to follow a plan."""


@dataclass(frozen=True)
class Judged:
    """The action for a message, with the info blocks that call for it, most severe first."""

    action: CapAction
    reason: Reason
    infos: tuple[CapInfo, ...]


def judge(
    message: CapMessage,
    infos: Sequence[tuple[CapInfo, Sequence[str]]],
    rules: Sequence[CapRule],
    now: datetime,
) -> Judged:
    """Return the strongest action that the rules give to any of the info blocks.

    `infos` has at least one block, each with the divisions that it covers. For exercises,
    restricted messages and messages that take effect later, the action is lowered to a note or a
    proposal.
    """
    found = [(_action(rules, message, info, divisions), info) for info, divisions in infos]
    strongest = max((action for (action, _), _ in found), key=_STRENGTH.index)
    chosen = [(reason, info) for (action, reason), info in found if action is strongest]
    chosen.sort(key=lambda each: _BY_SEVERITY.index(each[1].severity))
    reason, most_severe = chosen[0]
    # One alert has one event; info blocks about other events are only shown in the note.
    acting = tuple(info for _, info in chosen if info.event == most_severe.event)
    if any(info.response_type is ResponseType.ALL_CLEAR for info in acting):
        return Judged(CapAction.NOTE, Reason.ALL_CLEAR, acting)
    if strongest is CapAction.NOTE:
        return Judged(strongest, reason, acting)
    # In CAP, every exercise has the scope Restricted, so the scope does not lower its action.
    is_exercise = message.status is MessageStatus.EXERCISE
    if message.scope is Scope.RESTRICTED and not is_exercise:
        return Judged(CapAction.NOTE, Reason.RESTRICTED, acting)
    is_later = any(info.effective and info.effective > now for info in acting)
    if strongest is CapAction.ALERT and is_later:
        return Judged(CapAction.PROPOSE, Reason.NOT_YET_EFFECTIVE, acting)
    if strongest is CapAction.ALERT and not all(i.response_type in _LEAVE for i in acting):
        return Judged(CapAction.PROPOSE, Reason.OTHER_RESPONSE, acting)
    return Judged(strongest, reason, acting)


def _action(
    rules: Sequence[CapRule], message: CapMessage, info: CapInfo, divisions: Sequence[str]
) -> tuple[CapAction, Reason]:
    rule = next((each for each in rules if _fits(each, message, info, divisions)), None)
    if rule is None:
        return CapAction.NOTE, Reason.NO_RULE
    is_exercise = message.status is MessageStatus.EXERCISE
    if is_exercise and not rule.exercises and rule.do is not CapAction.NOTE:
        return CapAction.NOTE, Reason.EXERCISE
    return rule.do, Reason.BY_RULE


def _fits(rule: CapRule, message: CapMessage, info: CapInfo, divisions: Sequence[str]) -> bool:
    named = {info.event.casefold(), *(value.casefold() for _, value in info.event_codes)}
    conditions = (
        not rule.sender or message.identity.sender in rule.sender,
        not rule.event or any(each.casefold() in named for each in rule.event),
        not rule.severity or info.severity in rule.severity,
        not rule.certainty or info.certainty in rule.certainty,
        not rule.urgency or info.urgency in rule.urgency,
        not rule.area or _lies_in(divisions, rule.area),
    )
    return all(conditions)


def _lies_in(divisions: Sequence[str], area: Sequence[str]) -> bool:
    return bool(divisions) and all(any(covers(a, d) for a in area) for d in divisions)
