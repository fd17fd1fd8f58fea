"""Rules of officer calls (叫应): start of the ladder, steps to skip, phone per try, state."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from typing import Final

from alerting.policy.escalation import DueReason, Position, Step, advance
from alerting.policy.sections import Channel, OfficerAction

_TEXTS: Final = frozenset({OfficerAction.WEBSOCKET, OfficerAction.SMS})


CHANNELS: Final = {
    OfficerAction.WEBSOCKET: Channel.WEBSOCKET,
    OfficerAction.SMS: Channel.SMS,
    OfficerAction.VOICE: Channel.VOICE,
}
"""The channel of each action that calls the officer."""


class CallState(StrEnum):
    """State of an officer call; a delivered text is not a confirmation."""

    CALLED = "called"
    CONFIRMED = "confirmed"
    NOT_WOKEN = "not_woken"


def begin_call(ladder: Sequence[Step[OfficerAction]], called_at: datetime) -> Position:
    """Return an officer's first ladder position, after the immediate texts that the call owes."""
    owed = takewhile(lambda step: step.do in _TEXTS and not step.after, ladder)
    return advance(ladder, called_at, sum(1 for _ in owed))


def passed_over(
    waiting: Collection[str], *, has_phone: bool, expired: bool
) -> dict[OfficerAction, DueReason]:
    """Return the actions to skip for an officer, with reasons.

    `waiting` are the channels on which an earlier try still waits. "An expired alert sends nothing
    more."
    """
    if expired:
        return dict.fromkeys((*CHANNELS, OfficerAction.DEPUTY), DueReason.ALERT_HAS_EXPIRED)
    reasons = {
        action: DueReason.EARLIER_TRY_STILL_WAITS
        for action, channel in CHANNELS.items()
        if channel in waiting
    }
    if not has_phone:
        by_phone = (OfficerAction.SMS, OfficerAction.VOICE)
        reasons |= dict.fromkeys(by_phone, DueReason.CANNOT_BE_REACHED)
    return reasons


def phone_for(phones: Sequence[str], try_number: int) -> str:
    """Return the phone number for a phone call; each `try_number`, from 1, uses the next number.

    Tries beyond the last number repeat the last number. `phones` must not be empty.
    """
    return phones[min(try_number, len(phones)) - 1]


def call_state(*, confirmed: bool, told_above: bool, steps_left: int) -> CallState:
    """Return an officer call's state: not woken once the tier above is told or no step is left."""
    if confirmed:
        return CallState.CONFIRMED
    return CallState.NOT_WOKEN if told_above or not steps_left else CallState.CALLED
