"""Calling officers (叫应): whom at once, by which phone, and how a call stands."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from typing import Final

from alerting.policy.escalation import Position, Step, advance
from alerting.policy.sections import OfficerAction

_TEXTS: Final = frozenset({OfficerAction.WEBSOCKET, OfficerAction.SMS})


class CallState(StrEnum):
    """How an officer's call stands; what was delivered is never confirmed by that."""

    CALLED = "called"
    CONFIRMED = "confirmed"
    NOT_WOKEN = "not_woken"


def begin_call(ladder: Sequence[Step[OfficerAction]], called_at: datetime) -> Position:
    """Return where an officer's ladder begins; the call itself owes the texts that come first."""
    owed = takewhile(lambda step: step.do in _TEXTS and not step.after, ladder)
    return advance(ladder, called_at, sum(1 for _ in owed))


def phone_for(phones: Sequence[str], try_number: int) -> str:
    """Return the phone for a call by voice; `try_number`, from 1, goes on to the next phone.

    Where there are fewer phones than tries, the last is called again. There must be one.
    """
    return phones[min(try_number, len(phones)) - 1]


def call_state(*, confirmed: bool, told_above: bool, steps_left: int) -> CallState:
    """Return how an officer's call stands; silence that has triggered everything woke nobody."""
    if confirmed:
        return CallState.CONFIRMED
    return CallState.NOT_WOKEN if told_above or not steps_left else CallState.CALLED
