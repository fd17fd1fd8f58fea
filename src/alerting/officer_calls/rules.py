"""Rules of officer calls (叫应): start of the ladder, steps to skip, phones, waking, state."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from typing import Final

from alerting.cap.lifecycle import AlertState
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


def first_position(ladder: Sequence[Step[OfficerAction]], called_at: datetime) -> Position:
    """Return an officer's first ladder position, after the immediate texts that the call owes."""
    owed = takewhile(lambda step: step.do in _TEXTS and not step.after, ladder)
    return advance(ladder, called_at, sum(1 for _ in owed))


def wake(ladder: Sequence[Step[OfficerAction]], now: datetime) -> Position:
    """Return the position at which the ladder's first call by phone is due now.

    A ladder without calls begins anew after its texts: the wake-up owes those itself.
    """
    first = next((step for step in ladder if step.do is OfficerAction.VOICE), None)
    if first is None:
        return first_position(ladder, now)
    return Position(now - first.after, first.number - 1, now)


def silent_since(
    ladder: Sequence[Step[OfficerAction]], called_at: datetime, woken_at: datetime | None
) -> datetime:
    """Return the instant from which the ladder of an officer counts."""
    return called_at if woken_at is None else wake(ladder, woken_at).silent_since


class Waking(StrEnum):
    """The reason why an officer may be called again on request, or may not."""

    ALLOWED = "allowed"
    ALERT_NOT_OPEN = "alert_not_open"
    ALERT_HAS_EXPIRED = "alert_has_expired"
    CONFIRMED_ALREADY = "confirmed_already"
    UNDER_WAY = "under_way"
    NO_PHONE = "no_phone"


def may_wake(
    alert: tuple[AlertState, datetime], state: CallState, *, has_phone: bool, now: datetime
) -> Waking:
    """Return whether an officer may be called again on request, or why not.

    `alert` is its state and its expiry. The ladder is the rate limit: whoever is being called is
    called again only after its end.
    """
    alert_state, expires = alert
    if alert_state is not AlertState.OPEN:
        return Waking.ALERT_NOT_OPEN
    if expires <= now:
        return Waking.ALERT_HAS_EXPIRED
    if state is CallState.CONFIRMED:
        return Waking.CONFIRMED_ALREADY
    if state is CallState.CALLED:
        return Waking.UNDER_WAY
    return Waking.ALLOWED if has_phone else Waking.NO_PHONE


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


def call_state(
    *,
    confirmed: bool,
    told_above_at: datetime | None,
    woken_at: datetime | None,
    steps_left: int,
) -> CallState:
    """Return an officer call's state.

    The officer is not woken once no step is left, or the tier above was told since the last time
    that an officer had them called again.
    """
    if confirmed:
        return CallState.CONFIRMED
    told = told_above_at is not None and (woken_at is None or woken_at < told_above_at)
    return CallState.NOT_WOKEN if told or not steps_left else CallState.CALLED
