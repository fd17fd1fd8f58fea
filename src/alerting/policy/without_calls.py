"""Adapts a policy to providers that cannot call: door steps replace phone calls."""

from datetime import timedelta
from operator import attrgetter
from typing import Final, TypeVar

from alerting.policy.policy import Policy
from alerting.policy.sections import (
    HouseholdAction,
    HouseholdStep,
    OfficerAction,
    OfficerStep,
)

_CALLS: Final = frozenset({HouseholdAction.VOICE, OfficerAction.VOICE})

_DOORS: Final = tuple(action for action in HouseholdAction if action.is_door)

_Step = TypeVar("_Step", HouseholdStep, OfficerStep)


def without_calls(policy: Policy) -> Policy:
    """Return the policy without phone calls.

    For households, all door steps move earlier by the same time, so that the first one is due when
    the first call was. For officers, the steps that call the deputy and tell the tier above move in
    the same way.
    """
    steps = policy.household.steps
    first_door = next(place for place, step in enumerate(steps) if step.do.is_door)
    moved = (*_DOORS, HouseholdAction.NEIGHBOUR)
    household = _taken_over(steps, [step for step in steps[first_door:] if step.do in moved])
    in_place = (OfficerAction.DEPUTY, OfficerAction.TELL_ABOVE)
    officer = _taken_over(
        policy.officer.steps, [step for step in policy.officer.steps if step.do in in_place]
    )
    changes = {
        "household": policy.household.model_copy(update={"steps": household}),
        "officer": policy.officer.model_copy(update={"steps": officer}),
    }
    return policy.model_copy(update=changes)


def _taken_over(steps: tuple[_Step, ...], instead: list[_Step]) -> tuple[_Step, ...]:
    """Remove the calls; move `instead` earlier, so that its first step replaces the first call."""
    calls = [step.after for step in steps if step.do in _CALLS]
    if not calls:
        return steps
    earlier = max(timedelta(0), instead[0].after - calls[0]) if instead else timedelta(0)
    left = [
        step.model_copy(update={"after": step.after - earlier}) if step in instead else step
        for step in steps
        if step.do not in _CALLS
    ]
    return tuple(sorted(left, key=attrgetter("after")))
