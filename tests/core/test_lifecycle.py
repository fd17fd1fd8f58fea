from itertools import product

import pytest

from alerting.core.cap import Status
from alerting.core.errors import ConflictError
from alerting.core.lifecycle import (
    Action,
    AlertState,
    IllegalTransitionError,
    Reference,
    may_refer,
    transition,
)

LEGAL = {
    ("open", "update"): "open",
    ("open", "cancel"): "cancelled",
    ("open", "close"): "closed",
    ("open", "expire"): "expired",
    ("closed", "update"): "closed",
    ("closed", "cancel"): "cancelled",
    ("closed", "reopen"): "open",
    ("closed", "all_clear"): "all_clear",
    ("expired", "close"): "closed",
}


@pytest.mark.parametrize(("state", "action"), list(product(AlertState, Action)))
def test_only_the_listed_transitions_are_legal(state: AlertState, action: Action) -> None:
    after = LEGAL.get((state.value, action.value))
    if after is None:
        with pytest.raises(IllegalTransitionError):
            transition(state, action)
    else:
        assert transition(state, action) == AlertState(after)


def test_a_refusal_says_what_is_allowed_instead() -> None:
    with pytest.raises(ConflictError) as refused:
        transition(AlertState.CLOSED, Action.EXPIRE)
    assert str(refused.value) == (
        "An alert that is closed does not allow expire: "
        "it allows update, cancel, reopen, all_clear."
    )


def test_a_refusal_at_the_end_says_that_nothing_is_allowed() -> None:
    with pytest.raises(IllegalTransitionError, match="it allows nothing") as refused:
        transition(AlertState.CANCELLED, Action.CLOSE)
    assert (refused.value.state, refused.value.action) == (AlertState.CANCELLED, Action.CLOSE)


@pytest.mark.parametrize("status", Status)
def test_a_message_may_refer_to_an_alert_of_its_own_status(status: Status) -> None:
    assert may_refer(status, status) is Reference.SAME_STATUS
    assert may_refer(status, status).allowed


@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST])
def test_an_exercise_or_test_never_touches_a_live_alert(status: Status) -> None:
    refused = may_refer(status, Status.ACTUAL)
    assert refused is Reference.LIVE_ALERT_IS_PROTECTED
    assert not refused.allowed


@pytest.mark.parametrize(
    ("status", "referenced"),
    [
        (Status.ACTUAL, Status.EXERCISE),
        (Status.ACTUAL, Status.TEST),
        (Status.TEST, Status.EXERCISE),
        (Status.EXERCISE, Status.TEST),
    ],
)
def test_a_message_keeps_to_the_route_of_its_status(status: Status, referenced: Status) -> None:
    assert may_refer(status, referenced) is Reference.OTHER_ROUTE
    assert not Reference.OTHER_ROUTE.allowed
