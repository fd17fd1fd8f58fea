from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.roll.rules.standing import HouseholdStanding, People, Standing, StandingReason
from alerting.roll.rules.tally import Checks, NotClear, Obstacle, Tally, is_clear, still_to_verify


def household(standing: Standing, people: People, verified: bool = False) -> HouseholdStanding:
    return HouseholdStanding(standing, people, verified, False, StandingReason.CONFLICT, "x")


OUT = household(Standing.EVACUATED, People(evacuated=4))
OUT_VERIFIED = household(Standing.EVACUATED, People(evacuated=4), verified=True)
AWAY = household(Standing.ELSEWHERE, People(elsewhere=2), verified=True)
PARTLY = household(Standing.PARTLY, People(unaccounted=2, evacuated=3))
STAYING = household(Standing.STAYING, People(staying=1, evacuated=2), verified=True)
SILENT = household(Standing.UNACCOUNTED, People(unaccounted=3))
IN_NEED = household(Standing.NEEDS_HELP, People(needs_help=5), verified=True)
ALL = [OUT, OUT_VERIFIED, AWAY, PARTLY, STAYING, SILENT, IN_NEED]

rolls = st.lists(st.sampled_from(ALL), max_size=8)


def count(roll: list[HouseholdStanding]) -> Tally:
    return sum(map(Tally.of, roll), Tally())


def test_tally_counts_households_and_people_by_standing() -> None:
    assert count(ALL) == Tally(
        households_unaccounted=1,
        households_partly=1,
        households_needs_help=1,
        households_staying=1,
        households_elsewhere=1,
        households_evacuated=2,
        people_unaccounted=5,
        people_needs_help=5,
        people_staying=1,
        people_elsewhere=2,
        people_evacuated=13,
        people_verified=8,
    )


@pytest.mark.parametrize("one", ALL)
def test_tally_counts_each_household_and_person_once(one: HouseholdStanding) -> None:
    people = one.people
    headcount = sum(
        (people.unaccounted, people.needs_help, people.staying, people.elsewhere, people.evacuated)
    )
    assert (Tally.of(one).households, Tally.of(one).people) == (1, headcount)


@pytest.mark.parametrize(
    ("one", "verified"), [(OUT, 0), (OUT_VERIFIED, 4), (AWAY, 2), (STAYING, 2), (IN_NEED, 0)]
)
def test_only_accounted_people_can_be_verified(one: HouseholdStanding, verified: int) -> None:
    assert Tally.of(one).people_verified == verified


@given(rolls, rolls)
def test_adding_the_difference_equals_a_recount(
    before: list[HouseholdStanding], after: list[HouseholdStanding]
) -> None:
    assert count(before) + (count(after) - count(before)) == count(after)


@given(st.sampled_from(ALL), st.sampled_from(ALL))
def test_change_is_the_difference_of_the_two_tallies(
    before: HouseholdStanding, after: HouseholdStanding
) -> None:
    assert Tally.change(before, after) == Tally.of(after) - Tally.of(before)


@given(rolls)
def test_totals_match_the_roll(roll: list[HouseholdStanding]) -> None:
    tally = count(roll)
    standings = Counter(one.standing for one in roll)
    assert {s: getattr(tally, f"households_{s}") for s in standings} == standings
    assert tally.households == len(roll)
    assert tally.people == sum(Tally.of(one).people for one in roll)


@pytest.mark.parametrize("roll", [[OUT], [OUT_VERIFIED, AWAY, STAYING]])
def test_area_without_unaccounted_people_or_open_calls_is_clear(
    roll: list[HouseholdStanding],
) -> None:
    assert is_clear(count(roll), Checks()) == ()


@pytest.mark.parametrize(
    ("roll", "obstacles"),
    [
        ([], [Obstacle(NotClear.NOBODY_ON_ROLL, 0)]),
        ([OUT, SILENT], [Obstacle(NotClear.PEOPLE_UNACCOUNTED, 3)]),
        ([SILENT, PARTLY], [Obstacle(NotClear.PEOPLE_UNACCOUNTED, 5)]),
        ([OUT, IN_NEED, IN_NEED], [Obstacle(NotClear.HELP_OPEN, 2)]),
        (
            [IN_NEED, PARTLY],
            [Obstacle(NotClear.PEOPLE_UNACCOUNTED, 2), Obstacle(NotClear.HELP_OPEN, 1)],
        ),
    ],
)
def test_every_obstacle_is_returned(
    roll: list[HouseholdStanding], obstacles: list[Obstacle]
) -> None:
    assert list(is_clear(count(roll), Checks())) == obstacles


def test_negative_counts_are_never_clear() -> None:
    assert is_clear(count([OUT]) - count([SILENT]), Checks()) != ()


def test_area_is_clear_only_after_officers_spoke_to_the_stayers() -> None:
    assert is_clear(count([OUT]), Checks(unspoken=2)) == (
        Obstacle(NotClear.NOBODY_SPOKE_TO_THEM, 2),
    )


def test_each_missing_check_is_an_obstacle() -> None:
    assert is_clear(count([OUT]), Checks(high_risk=3, verified=4)) == (
        Obstacle(NotClear.HIGH_RISK_UNVERIFIED, 3),
        Obstacle(NotClear.TOO_FEW_VERIFIED, 4),
    )


@pytest.mark.parametrize(
    ("share", "households", "verified", "left"),
    [(1.0, 5, 3, 2), (0.0, 5, 0, 0), (0.5, 5, 2, 1), (0.5, 5, 4, 0), (1.0, 0, 0, 0)],
)
def test_share_is_rounded_up_to_whole_households(
    share: float, households: int, verified: int, left: int
) -> None:
    assert still_to_verify(share, households, verified) == left
