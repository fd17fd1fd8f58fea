"""Rounds: doors of a place, now and to come, and the officers who do them."""

from dataclasses import replace

import pytest

from alerting.prediction.rules.answers import learn
from alerting.prediction.rules.doors import Coming, Round
from alerting.prediction.rules.rounds import OpenDoors, Relief, SilentGroup, rounds_of

VILLAGE = "511921100208"
NEXT_VILLAGE = "511921100209"
NOBODY_YET = learn([])
RELIEF = Relief(after=420.0, officers=2)
DOORS = OpenDoors(VILLAGE, "grid", 6, 0, waited=0.0, open_for=60.0, is_awake=True)


def silent(age: float, door_at: float | None, place: str = VILLAGE) -> SilentGroup:
    return SilentGroup(place, 3, age, door_at)


def rounds(*silent: SilentGroup, doors: tuple[OpenDoors, ...] = ()) -> list[Round]:
    return rounds_of(silent, doors, NOBODY_YET, RELIEF)


def test_silent_households_add_doors_in_their_own_village() -> None:
    (here,) = rounds(silent(500, 480), doors=(DOORS,))
    assert (here.doors, here.coming) == (6, (Coming(0.0, 3, 1.0),))
    assert len(rounds(silent(500, 480, NEXT_VILLAGE), doors=(DOORS,))) == 2


def test_door_is_due_at_its_step_if_the_household_stays_silent() -> None:
    ((part,),) = (each.coming for each in rounds(silent(240, 480)))
    assert part.due == 240.0
    assert part.chance == round(NOBODY_YET.stay_silent(240, 480), 2) < 1


def test_officer_of_two_villages_counts_half_in_each() -> None:
    there = replace(DOORS, place=NEXT_VILLAGE)
    assert [each.officers for each in rounds(doors=(DOORS, there))] == [0.5, 0.5]
    shared = replace(DOORS, officer="deputy")
    assert [each.officers for each in rounds(doors=(DOORS, shared))] == [2.0]


def test_officers_of_the_town_help_after_the_deputys_step() -> None:
    (alone,) = rounds(doors=(DOORS,))
    assert (alone.help_at, alone.helped) == (360.0, 3.0)
    (passed,) = rounds(doors=(replace(DOORS, passed=4),))
    assert passed.help_at == 0.0
    both = rounds(doors=(DOORS, replace(DOORS, place=NEXT_VILLAGE, officer="other")))
    assert [each.helped for each in both] == [2.0, 2.0]


def test_deputy_goes_instead_of_an_officer_who_may_be_asleep() -> None:
    (found,) = rounds(doors=(replace(DOORS, waited=120.0, is_awake=False),))
    assert found.delay == 300.0
    assert 0.3 < found.delayed < 0.9
    assert rounds(doors=(replace(DOORS, is_awake=False),))[0].delayed == 0.05


def test_officer_may_be_asleep_until_they_have_done_a_door() -> None:
    (unknown,) = rounds(silent(240, 480))
    assert (unknown.delay, unknown.delayed) == (240.0 + 420.0, 0.05)
    (known,) = rounds(silent(240, 480), doors=(replace(DOORS, pending=0),))
    assert known.delayed == 0.0


def test_deputys_delay_counts_from_the_last_future_door() -> None:
    asleep = replace(DOORS, waited=120.0, is_awake=False)
    (found,) = rounds(silent(240, 480), doors=(asleep,))
    assert found.delay == 240.0 + 420.0


@pytest.mark.parametrize("pending", [0, 1])
def test_place_without_doors_has_no_round(pending: int) -> None:
    assert len(rounds(doors=(replace(DOORS, pending=pending),))) == pending
