"""Whose doors the silent households will be."""

import pytest

from alerting.prediction.rules.answers import learn
from alerting.prediction.rules.doors import Coming, Round
from alerting.prediction.rules.rounds import OpenDoors, SilentGroup, rounds_of

VILLAGE = "511921100208"
NOBODY_YET = learn([])


def silent(
    age: float, door_at: float | None, households: int = 3, officer: str = ""
) -> SilentGroup:
    return SilentGroup(VILLAGE, officer, households, age, door_at)


def rounds(*silent: SilentGroup, doors: tuple[OpenDoors, ...] = ()) -> list[Round]:
    return rounds_of(silent, doors, NOBODY_YET, deputy_after=420.0)


def test_silent_households_join_the_round_of_the_officer_with_most_doors_there() -> None:
    doors = (
        OpenDoors(VILLAGE, "few", 1, 0.0, is_awake=True),
        OpenDoors(VILLAGE, "many", 2, 0.0, is_awake=True),
    )
    found = rounds(silent(500, 480), doors=doors)
    assert found == [Round(1), Round(2, (Coming(0.0, 3, 1.0),))]


def test_silent_households_go_to_the_officer_of_the_roster() -> None:
    doors = (OpenDoors(VILLAGE, "own", 1, 0.0, is_awake=True),)
    found = rounds(silent(500, 480), silent(500, None, officer="own"), doors=doors)
    assert found == [Round(1, (Coming(0.0, 3, 1.0), Coming(0.0, 3, 1.0)))]


def test_door_is_due_at_its_step_for_those_who_stay_silent_till_then() -> None:
    (round_,) = rounds(silent(240, 480))
    (part,) = round_.coming
    assert part.due == 240.0
    assert part.chance == round(NOBODY_YET.stay_silent(240, 480), 2) < 1


def test_deputy_goes_for_an_officer_who_may_be_asleep() -> None:
    doors = OpenDoors(VILLAGE, "silent", 2, 300.0, is_awake=False)
    (found,) = rounds(doors=(doors,))
    assert found.delay == 120.0
    assert 0.3 < found.delayed < 0.9
    assert rounds(doors=(OpenDoors(VILLAGE, "new", 2, 0.0, is_awake=False),))[0].delayed == 0.05


@pytest.mark.parametrize("pending", [0, 1])
def test_officer_without_doors_has_no_round(pending: int) -> None:
    assert len(rounds(doors=(OpenDoors(VILLAGE, "done", pending, 0.0, is_awake=True),))) == pending
