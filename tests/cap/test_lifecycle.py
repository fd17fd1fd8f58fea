from contextlib import suppress
from itertools import product

import pytest

from alerting.cap.lifecycle import Action, AlertState, IllegalTransitionError, transition
from alerting.errors import ConflictError

LEGAL = {
    ("proposed", "approve"): "open",
    ("proposed", "withdraw"): "cancelled",
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


def test_only_the_listed_transitions_are_legal() -> None:
    legal = {}
    for state, action in product(AlertState, Action):
        with suppress(IllegalTransitionError):
            legal[state.value, action.value] = transition(state, action).value
    assert legal == LEGAL


def test_refusal_lists_the_allowed_actions() -> None:
    with pytest.raises(ConflictError) as refused:
        transition(AlertState.CLOSED, Action.EXPIRE)
    assert str(refused.value) == (
        "An alert that is closed does not allow expire: "
        "it allows update, cancel, reopen, all_clear."
    )


def test_refusal_in_a_final_state_allows_nothing() -> None:
    with pytest.raises(IllegalTransitionError, match="it allows nothing") as refused:
        transition(AlertState.CANCELLED, Action.CLOSE)
    assert (refused.value.state, refused.value.action) == (AlertState.CANCELLED, Action.CLOSE)
