from datetime import timedelta

import pytest

from alerting.doors.rules import Door, DoorReason, whose_door
from alerting.policy.escalation import Step
from alerting.policy.sections import HouseholdAction

GRID = HouseholdAction.DOOR_GRID_OFFICER
DEPUTY = HouseholdAction.DOOR_DEPUTY
ABOVE = HouseholdAction.DOOR_DUTY_OFFICER_ABOVE
SAYS = DoorReason.AS_THE_STEP_SAYS
NEXT = DoorReason.NEXT_IN_LINE
BEFORE = DoorReason.NOBODY_FURTHER


def step(do: HouseholdAction) -> Step[HouseholdAction]:
    return Step(5, timedelta(minutes=8), do, 1)


@pytest.mark.parametrize(
    ("do", "grid_officer", "deputies", "above", "officer", "reason"),
    [
        (GRID, "g", ["d"], ["a"], "g", SAYS),
        (DEPUTY, "g", ["d", "e"], ["a"], "d", SAYS),
        (ABOVE, "g", ["d"], ["a", "b"], "a", SAYS),
        (GRID, None, ["d"], ["a"], "d", NEXT),
        (GRID, None, [], ["a"], "a", NEXT),
        (DEPUTY, "g", [], ["a"], "a", NEXT),
        (DEPUTY, "g", [], [], "g", BEFORE),
        (ABOVE, "g", ["d"], [], "d", BEFORE),
        (ABOVE, "g", [], [], "g", BEFORE),
        (GRID, "", ["d"], [], "d", NEXT),
    ],
)
def test_door_goes_to_the_steps_officer_or_the_next_in_line(
    do: HouseholdAction,
    grid_officer: str | None,
    deputies: list[str],
    above: list[str],
    officer: str,
    reason: DoorReason,
) -> None:
    assert whose_door(
        step(do), grid_officer=grid_officer, deputies=deputies, duty_officers_above=above
    ) == Door(officer, reason)


@pytest.mark.parametrize("do", [GRID, DEPUTY, ABOVE])
def test_door_is_unassigned_only_without_any_officer(do: HouseholdAction) -> None:
    door = whose_door(step(do), grid_officer=None, deputies=[], duty_officers_above=[])
    assert door == Door(None, DoorReason.NOBODY_AT_ALL)


@pytest.mark.parametrize("do", [HouseholdAction.SMS, HouseholdAction.VOICE])
def test_step_without_a_door_is_refused(do: HouseholdAction) -> None:
    with pytest.raises(ValueError, match=f"step 5 is {do}, which sends nobody to a door"):
        whose_door(step(do), grid_officer="g", deputies=["d"], duty_officers_above=["a"])
