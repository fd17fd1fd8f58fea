"""Totals adjusted by differences equal totals that are summed up again."""

import random

import pytest

from alerting.feed.reading import Counts
from alerting.roll.rules.tally import Tally

TOWN, VILLAGE, GRID = "511921100", "511921100208", "511921100208001"
NEIGHBOUR, FAR = "511921100209", "511921101200"
PLACES = (VILLAGE, GRID, NEIGHBOUR, FAR)
DIVISIONS = ("511921", TOWN, VILLAGE, GRID, NEIGHBOUR, FAR)


def tally(people: int) -> Tally:
    return Tally(people_unaccounted=people, households_partly=2 * people)


def test_total_of_a_new_division_is_summed_up() -> None:
    counts = Counts({VILLAGE: tally(1), GRID: tally(2), FAR: tally(4)}).changed_by({}, DIVISIONS)
    assert {division: total.people_unaccounted for division, total in counts.totals.items()} == {
        "511921": 7,
        TOWN: 3,
        VILLAGE: 3,
        GRID: 2,
        NEIGHBOUR: 0,
        FAR: 4,
    }


def test_changed_part_is_not_counted_twice() -> None:
    before = Counts({VILLAGE: tally(5)}).changed_by({}, [TOWN])
    after = before.changed_by({VILLAGE: tally(3), NEIGHBOUR: tally(4)}, [TOWN])
    assert after.parts == {VILLAGE: tally(3), NEIGHBOUR: tally(4)}
    assert after.totals == {TOWN: tally(7)}
    assert before.totals == {TOWN: tally(5)}, "a pass that fails begins where it began"


def test_total_of_a_division_without_boards_is_dropped() -> None:
    counts = Counts({VILLAGE: tally(5)}).changed_by({}, [TOWN, VILLAGE]).changed_by({}, [VILLAGE])
    assert set(counts.totals) == {VILLAGE}


@pytest.mark.parametrize("seed", range(5))
def test_adjusted_totals_equal_summed_totals(seed: int) -> None:
    chance = random.Random(seed)
    counts = Counts({})
    for _ in range(30):
        changed = {place: tally(chance.randint(0, 9)) for place in chance.sample(PLACES, 2)}
        watched = chance.sample(DIVISIONS, 4)
        counts = counts.changed_by(changed, watched)
        assert counts.totals == Counts(counts.parts).changed_by({}, watched).totals
