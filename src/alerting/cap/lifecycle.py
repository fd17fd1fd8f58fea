"""The states of an alert and the transitions between them."""

from enum import StrEnum
from typing import Final

from alerting.errors import ConflictError


class IllegalTransitionError(ConflictError):
    """The alert's state does not allow this action; look at the alert again."""

    def __init__(self, state: "AlertState", action: "Action") -> None:
        allowed = ", ".join(act for was, act in TRANSITIONS if was is state) or "nothing"
        super().__init__(
            f"An alert that is {state} does not allow {action}: it allows {allowed}.",
            chinese=f"预警{_STATES[state]}，不能{_ACTIONS[action]}：请重新查看预警",
        )
        self.state = state
        self.action = action


class AlertState(StrEnum):
    """The state of an alert; `ALL_CLEAR` and `CANCELLED` are final.

    A proposed alert has alerted nobody yet; an officer raises or declines it.
    """

    PROPOSED = "proposed"
    OPEN = "open"
    CLOSED = "closed"
    ALL_CLEAR = "all_clear"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


_STATES: Final = {
    AlertState.PROPOSED: "待批准",
    AlertState.OPEN: "未关闭",
    AlertState.CLOSED: "已关闭",
    AlertState.ALL_CLEAR: "已解除",
    AlertState.CANCELLED: "已取消",
    AlertState.EXPIRED: "已过期",
}

OVER: Final = frozenset({AlertState.ALL_CLEAR, AlertState.CANCELLED})
"""Final states: no action leads out of them."""


CALLABLE: Final = frozenset({AlertState.OPEN, AlertState.CLOSED})
"""States in which a roll-call may begin."""


class Action(StrEnum):
    """An action that changes an alert's state.

    The service itself reopens a closed alert after a missed roll-call or a new call for help.
    """

    APPROVE = "approve"
    WITHDRAW = "withdraw"
    UPDATE = "update"
    CANCEL = "cancel"
    CLOSE = "close"
    REOPEN = "reopen"
    ALL_CLEAR = "all_clear"
    EXPIRE = "expire"


_ACTIONS: Final = {
    Action.APPROVE: "批准",
    Action.WITHDRAW: "撤回",
    Action.UPDATE: "更正",
    Action.CANCEL: "取消",
    Action.CLOSE: "关闭",
    Action.REOPEN: "重新启动",
    Action.ALL_CLEAR: "解除",
    Action.EXPIRE: "过期",
}


TRANSITIONS: Final = {
    (AlertState.PROPOSED, Action.APPROVE): AlertState.OPEN,
    (AlertState.PROPOSED, Action.WITHDRAW): AlertState.CANCELLED,
    (AlertState.OPEN, Action.UPDATE): AlertState.OPEN,
    (AlertState.OPEN, Action.CANCEL): AlertState.CANCELLED,
    (AlertState.OPEN, Action.CLOSE): AlertState.CLOSED,
    (AlertState.OPEN, Action.EXPIRE): AlertState.EXPIRED,
    (AlertState.CLOSED, Action.UPDATE): AlertState.CLOSED,
    (AlertState.CLOSED, Action.CANCEL): AlertState.CANCELLED,
    (AlertState.CLOSED, Action.REOPEN): AlertState.OPEN,
    (AlertState.CLOSED, Action.ALL_CLEAR): AlertState.ALL_CLEAR,
    # An expired alert sends nothing more, but its people must still be accounted for. So it has to
    # be closed, which needs zero unaccounted, before the all-clear permits the return.
    (AlertState.EXPIRED, Action.CLOSE): AlertState.CLOSED,
}


def transition(state: AlertState, action: Action) -> AlertState:
    """Return the state to which `action` leads from `state`.

    Raises:
        IllegalTransitionError: if `TRANSITIONS` does not list the transition.
    """
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise IllegalTransitionError(state, action) from None
