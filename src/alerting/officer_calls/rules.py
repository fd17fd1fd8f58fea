"""Rules of officer calls (叫应): ladder, skipped steps, phones, calls on request, state."""

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
    """The state of an officer call; a delivered text does not confirm it."""

    CALLED = "called"
    CONFIRMED = "confirmed"
    NOT_WOKEN = "not_woken"


def first_position(ladder: Sequence[Step[OfficerAction]], called_at: datetime) -> Position:
    """Return an officer's first ladder position, after the texts that are sent with the call."""
    owed = takewhile(lambda step: step.do in _TEXTS and not step.after, ladder)
    return advance(ladder, called_at, sum(1 for _ in owed))


def wake(ladder: Sequence[Step[OfficerAction]], now: datetime) -> Position:
    """Return the position at which the ladder's first phone call is due now.

    A ladder without phone calls begins again after its texts, which are sent separately.
    """
    first = next((step for step in ladder if step.do is OfficerAction.VOICE), None)
    if first is None:
        return first_position(ladder, now)
    return Position(now - first.after, first.number - 1, now)


def silent_since(
    ladder: Sequence[Step[OfficerAction]], called_at: datetime, woken_at: datetime | None
) -> datetime:
    """Return the time from which an officer's ladder counts its delays."""
    return called_at if woken_at is None else wake(ladder, woken_at).silent_since


class Waking(StrEnum):
    """Whether an officer may be called again on request, or why they may not."""

    ALLOWED = "allowed"
    ALERT_NOT_OPEN = "alert_not_open"
    ALERT_HAS_EXPIRED = "alert_has_expired"
    CONFIRMED_ALREADY = "confirmed_already"
    UNDER_WAY = "under_way"
    NO_PHONE = "no_phone"


def may_wake(
    alert: tuple[AlertState, datetime], state: CallState, *, has_phone: bool, now: datetime
) -> Waking:
    """Return whether an officer may be called again on request, or why they may not.

    `alert` is the alert's state and expiry. An officer whose ladder is still running may not, which
    limits the rate of calls.
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
    """Return the actions to skip for an officer, each with its reason.

    `waiting` are the channels on which an earlier try is still queued. After the alert has expired,
    the officer is no longer called.
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
    """Return the phone number for a try; each `try_number`, counted from 1, uses the next number.

    Later tries repeat the last number. `phones` must not be empty.
    """
    return phones[min(try_number, len(phones)) - 1]


def call_state(
    *,
    confirmed: bool,
    told_above_at: datetime | None,
    woken_at: datetime | None,
    steps_left: int,
) -> CallState:
    """Return the state of an officer call.

    `NOT_WOKEN` means that no step is left, or that the tier above was told. A call on request (at
    `woken_at`) cancels earlier reports to the tier above.
    """
    if confirmed:
        return CallState.CONFIRMED
    told = told_above_at is not None and (woken_at is None or woken_at < told_above_at)
    return CallState.NOT_WOKEN if told or not steps_left else CallState.CALLED
