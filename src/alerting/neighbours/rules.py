"""Rules: which neighbours are asked, and by which numbers texts name the silent households."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from alerting.roll.rules.standing import Standing
from contacts.division import number_of

EMERGENCY_NUMBERS: Final = frozenset({"110", "119", "120", "122", "911", "999"})
"""A reply with such a number is a call for help, so texts give no household such a number."""

_OUT_OF_DANGER: Final = frozenset({Standing.EVACUATED, Standing.ELSEWHERE})


class NeighbourAsking(StrEnum):
    """Whether a neighbour is asked about the households in their care, or the reason why not."""

    ALLOWED = "allowed"
    NO_PHONE = "no_phone"
    CANNOT_BE_REACHED = "cannot_be_reached"
    UNACCOUNTED = "unaccounted"
    IN_DANGER = "in_danger"


@dataclass(frozen=True)
class Neighbour:
    """A household that looks after others.

    `standing` is None if the household lies outside the alert's area.
    """

    household: str
    division: str
    language: str
    standing: Standing | None
    unaccounted: int
    reachable: bool
    phone: str | None
    """The number of the phone that is texted, in E.164 format; None if there is none."""


def may_ask(neighbour: Neighbour) -> NeighbourAsking:
    """Return whether a neighbour is asked, or why they are not.

    Neighbours are not asked while they are unaccounted for, call for help or stay in danger. Then
    they have enough to do and cannot vouch for others.
    """
    if neighbour.phone is None:
        return NeighbourAsking.NO_PHONE
    if not neighbour.reachable:
        return NeighbourAsking.CANNOT_BE_REACHED
    if neighbour.unaccounted:
        return NeighbourAsking.UNACCOUNTED
    if neighbour.standing is not None and neighbour.standing not in _OUT_OF_DANGER:
        return NeighbourAsking.IN_DANGER
    return NeighbourAsking.ALLOWED


def numbers_of(households: Collection[str]) -> dict[str, str]:
    """Return, by household code, the shortest number that is unique among these households.

    It is the household's everyday number ('034') if that is unique, otherwise the last 4 digits of
    its code, otherwise the code.
    """
    return {
        code: next(
            number
            for number in (number_of(code), code[-4:], code)
            if number == code or _means_one(number, households)
        )
        for code in households
    }


def _means_one(number: str, households: Collection[str]) -> bool:
    is_number = number not in EMERGENCY_NUMBERS
    return is_number and sum(other.endswith(number) for other in households) == 1
