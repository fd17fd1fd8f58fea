from datetime import timedelta

import pytest

from alerting.doors.rules import Door, DoorReason, Walker, split_doors, whose_door
from alerting.policy.escalation import Step
from alerting.policy.sections import HouseholdAction
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN, household_code

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
def test_door_goes_to_the_steps_kind_of_officer_or_the_next_kind(
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
def test_door_is_unassigned_if_there_is_no_officer(do: HouseholdAction) -> None:
    door = whose_door(step(do), grid_officer=None, deputies=[], duty_officers_above=[])
    assert door == Door(None, DoorReason.NOBODY_AT_ALL)


@pytest.mark.parametrize("do", [HouseholdAction.SMS, HouseholdAction.VOICE])
def test_step_without_a_door_is_refused(do: HouseholdAction) -> None:
    with pytest.raises(ValueError, match=f"step 5 is {do}, which sends nobody to a door"):
        whose_door(step(do), grid_officer="g", deputies=["d"], duty_officers_above=["a"])


def shares(doors: int, *walkers: Walker) -> dict[str, int]:
    sent = split_doors([(household_code(QIANFO, n), QIANFO) for n in range(doors)], walkers)
    return {each.id: list(sent.values()).count(each.id) for each in walkers}


def test_officer_with_four_waiting_doors_gets_fewer_new_ones() -> None:
    grid, mate = Walker("grid", QIANFO, 0), Walker("mate", QIANFO, 4)
    assert shares(10, grid, mate) == {"grid": 7, "mate": 3}


def test_officer_of_the_smaller_division_gets_the_odd_door() -> None:
    grid, duty = Walker("grid", QIANFO, 0), Walker("duty", TOWN, 0)
    assert shares(5, duty, grid) == {"grid": 3, "duty": 2}


def test_urgent_doors_alternate_between_officers() -> None:
    doors = [(household_code(QIANFO, n), QIANFO) for n in range(4)]
    sent = split_doors(doors, [Walker("a", QIANFO, 0), Walker("b", QIANFO, 0)])
    assert list(sent.values()) == ["a", "b", "a", "b"]


def test_officers_get_doors_only_in_their_own_division() -> None:
    elsewhere = Walker("next", NEXT_VILLAGE, 0)
    assert shares(3, elsewhere) == {"next": 0}
    assert shares(3, elsewhere, Walker("duty", TOWN, 9)) == {"next": 0, "duty": 3}
