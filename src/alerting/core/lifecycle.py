"""The states of an alert, and what may be done in each."""

from enum import StrEnum
from typing import Final

from alerting.core.cap import Status
from alerting.core.errors import ConflictError


class IllegalTransitionError(ConflictError):
    """An alert in this state does not allow that; look at its state again."""

    def __init__(self, state: "AlertState", action: "Action") -> None:
        allowed = ", ".join(act for was, act in TRANSITIONS if was is state) or "nothing"
        super().__init__(f"An alert that is {state} does not allow {action}: it allows {allowed}.")
        self.state = state
        self.action = action


class AlertState(StrEnum):
    """Where an alert stands. All-clear and cancelled are for good."""

    OPEN = "open"
    CLOSED = "closed"
    ALL_CLEAR = "all_clear"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


OVER: Final = frozenset({AlertState.ALL_CLEAR, AlertState.CANCELLED})
"""States that nothing leads out of."""


class Action(StrEnum):
    """What changes an alert's state.

    `REOPEN` is what a missed roll-call or a new call for help does to a closed alert.
    """

    UPDATE = "update"
    CANCEL = "cancel"
    CLOSE = "close"
    REOPEN = "reopen"
    ALL_CLEAR = "all_clear"
    EXPIRE = "expire"


TRANSITIONS: Final = {
    (AlertState.OPEN, Action.UPDATE): AlertState.OPEN,
    (AlertState.OPEN, Action.CANCEL): AlertState.CANCELLED,
    (AlertState.OPEN, Action.CLOSE): AlertState.CLOSED,
    (AlertState.OPEN, Action.EXPIRE): AlertState.EXPIRED,
    (AlertState.CLOSED, Action.UPDATE): AlertState.CLOSED,
    (AlertState.CLOSED, Action.CANCEL): AlertState.CANCELLED,
    (AlertState.CLOSED, Action.REOPEN): AlertState.OPEN,
    (AlertState.CLOSED, Action.ALL_CLEAR): AlertState.ALL_CLEAR,
    # What has expired sends nothing more, but its people are still to be accounted for: only
    # through the close, which needs zero unaccounted, comes the order that permits return.
    (AlertState.EXPIRED, Action.CLOSE): AlertState.CLOSED,
}


def transition(state: AlertState, action: Action) -> AlertState:
    """Return the state that `action` leads to.

    Raises:
        IllegalTransitionError: if the table of transitions does not have it.
    """
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise IllegalTransitionError(state, action) from None


class Reference(StrEnum):
    """Whether an Update or Cancel may refer to an alert, and why not."""

    SAME_STATUS = "same_status"
    LIVE_ALERT_IS_PROTECTED = "live_alert_is_protected"
    OTHER_ROUTE = "other_route"

    @property
    def allowed(self) -> bool:
        """Whether it may."""
        return self is Reference.SAME_STATUS


def may_refer(status: Status, referenced: Status) -> Reference:
    """Say whether a message of `status` may update or cancel an alert of `referenced` status.

    "Exercise and Test differ from Actual in colour, wording and route, and can never touch a
    live alert's state." Nor does a live message go out on the route of an exercise or test.
    """
    if status is referenced:
        return Reference.SAME_STATUS
    if referenced is Status.ACTUAL:
        return Reference.LIVE_ALERT_IS_PROTECTED
    return Reference.OTHER_ROUTE
