"""Which neighbours are asked, and by which numbers texts name the silent households."""

from dataclasses import replace

import pytest

from alerting.neighbours.rules import Neighbour, NeighbourAsking, may_ask, numbers_of
from alerting.roll.rules.standing import Standing

VILLAGE = "511921100208"
OUT = Neighbour(
    household=f"{VILLAGE}0001",
    division=VILLAGE,
    language="zh",
    standing=Standing.EVACUATED,
    unaccounted=0,
    reachable=True,
    phone="+8610000000001",
)


@pytest.mark.parametrize("standing", [Standing.EVACUATED, Standing.ELSEWHERE, None])
def test_neighbour_out_of_danger_is_asked(standing: Standing | None) -> None:
    assert may_ask(replace(OUT, standing=standing)) is NeighbourAsking.ALLOWED


@pytest.mark.parametrize(
    ("neighbour", "reason"),
    [
        (replace(OUT, phone=None), NeighbourAsking.NO_PHONE),
        (replace(OUT, reachable=False), NeighbourAsking.CANNOT_BE_REACHED),
        (replace(OUT, standing=Standing.UNACCOUNTED, unaccounted=3), NeighbourAsking.UNACCOUNTED),
        (replace(OUT, standing=Standing.PARTLY, unaccounted=1), NeighbourAsking.UNACCOUNTED),
        (replace(OUT, standing=Standing.NEEDS_HELP), NeighbourAsking.IN_DANGER),
        (replace(OUT, standing=Standing.STAYING), NeighbourAsking.IN_DANGER),
    ],
)
def test_reasons_why_a_neighbour_is_not_asked(
    neighbour: Neighbour, reason: NeighbourAsking
) -> None:
    assert may_ask(neighbour) is reason


@pytest.mark.parametrize(
    ("ends", "numbers"),
    [
        (("0034", "0035"), ["034", "035"]),
        (("1034", "0035"), ["1034", "035"]),
        # Both codes end in '034'.
        (("0034", "1034"), ["0034", "1034"]),
        # A reply that begins with 110 or 120 is a call for help.
        (("0110", "0120", "0034"), ["0110", "0120", "034"]),
    ],
)
def test_number_is_unique_among_the_households(ends: tuple[str, ...], numbers: list[str]) -> None:
    codes = [f"{VILLAGE}{end}" for end in ends]
    assert [numbers_of(codes)[code] for code in codes] == numbers


def test_same_number_in_two_grids_becomes_the_whole_code() -> None:
    codes = [f"{VILLAGE}0010034", f"{VILLAGE}0020034"]
    assert numbers_of(codes) == {code: code for code in codes}
