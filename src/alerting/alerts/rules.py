"""The actions on an alert that an officer may take now, and the reasons against the others.

The rules combine permissions (`alerting.access.rules`) with the alert's lifecycle. They only advise
pages: each verb checks permission and state again, and decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from alerting.access.rules import ASKING, OWN_ONLY, Act, Ruling, roles_for, rule
from alerting.cap.lifecycle import CALLABLE, OVER, TRANSITIONS, Action, AlertState
from contacts.people import Role


class AlertAction(StrEnum):
    """An action on an alert that an officer may take."""

    SEND_AGAIN = "send_again"
    DOORS = "doors"
    WIDEN = "widen"
    VISITORS = "visitors"
    ROLL_CALL = "roll_call"
    CLOSE = "close"
    ALL_CLEAR = "all_clear"
    UPDATE = "update"
    CANCEL = "cancel"


class NotAllowed(StrEnum):
    """The reason why an officer may not act now."""

    NOT_THIS_ROLE = "not_this_role"
    NOT_YOURS = "not_yours"
    """The officer's role may correct only alerts that the officer raised."""
    NOT_THIS_PLACE = "not_this_place"
    """The alert reaches beyond the officer's division."""
    NOT_IN_THIS_STATE = "not_in_this_state"
    EXPIRED = "expired"


AGAINST: Final = {
    Ruling.ALLOWED: None,
    Ruling.NOT_THIS_ROLE: NotAllowed.NOT_THIS_ROLE,
    Ruling.NOT_THIS_PLACE: NotAllowed.NOT_THIS_PLACE,
}
"""The reason that belongs to each ruling; None if the action is allowed."""


@dataclass(frozen=True, slots=True)
class Acting:
    """The facts about an officer that decide which actions are allowed."""

    id: str
    role: Role
    home: str


@dataclass(frozen=True, slots=True)
class ActedOn:
    """The facts about an alert that decide which actions are allowed."""

    state: AlertState
    expires: datetime
    divisions: Sequence[str]
    raised_by: str


@dataclass(frozen=True, slots=True)
class _Rule:
    act: Act
    states: frozenset[AlertState]
    is_whole: bool = False
    """Whether the officer needs permission for the alert's whole area."""
    sends: bool = False
    """Whether the action sends texts, which an expired alert must not do."""


def _from(action: Action) -> frozenset[AlertState]:
    """Return the alert states in which the lifecycle allows an action."""
    return frozenset(state for state, allowed in TRANSITIONS if allowed is action)


_OPEN: Final = frozenset({AlertState.OPEN})

_NOT_OVER: Final = frozenset(AlertState) - OVER

_RULES: Final = {
    AlertAction.SEND_AGAIN: _Rule(Act.REMIND, _OPEN, sends=True),
    AlertAction.DOORS: _Rule(Act.SEND, _NOT_OVER),
    AlertAction.WIDEN: _Rule(Act.WIDEN, _OPEN, sends=True),
    AlertAction.VISITORS: _Rule(Act.REPORT, _NOT_OVER),
    AlertAction.ROLL_CALL: _Rule(Act.CLOSE, CALLABLE, is_whole=True),
    AlertAction.CLOSE: _Rule(Act.CLOSE, _from(Action.CLOSE), is_whole=True),
    AlertAction.ALL_CLEAR: _Rule(Act.ALL_CLEAR, _from(Action.ALL_CLEAR), is_whole=True),
    AlertAction.UPDATE: _Rule(Act.CORRECT, _from(Action.UPDATE), is_whole=True, sends=True),
    AlertAction.CANCEL: _Rule(Act.CORRECT, _from(Action.CANCEL), is_whole=True),
}


def against(action: AlertAction, by: Acting, alert: ActedOn, now: datetime) -> NotAllowed | None:
    """Return why an officer may not take an action now; None if they may.

    The alert is assumed to touch the officer's division. The action may still be refused: a close
    if people are unaccounted, a roll-call if another one is running.
    """
    found = _RULES[action]
    roles = roles_for(found.act) | (ASKING if action is AlertAction.WIDEN else frozenset())
    if by.role not in roles:
        return NotAllowed.NOT_THIS_ROLE
    if found.act is Act.CORRECT and by.role in OWN_ONLY and alert.raised_by != by.id:
        return NotAllowed.NOT_YOURS
    if found.is_whole and any(
        rule(by.role, by.home, found.act, division) is not Ruling.ALLOWED
        for division in alert.divisions
    ):
        return NotAllowed.NOT_THIS_PLACE
    if alert.state not in found.states:
        return NotAllowed.NOT_IN_THIS_STATE
    return NotAllowed.EXPIRED if found.sends and alert.expires <= now else None
