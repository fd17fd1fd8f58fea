"""Which neighbours are asked about silent households, and the numbers of those in the texts."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from alerting.roll.rules.standing import Standing
from contacts.division import number_of

EMERGENCY_NUMBERS: Final = frozenset({"110", "119", "120", "122", "911", "999"})
"""A household that writes one of these calls for help; it does not report on that neighbour."""

_OUT_OF_DANGER: Final = frozenset({Standing.EVACUATED, Standing.ELSEWHERE})


class NeighbourAsking(StrEnum):
    """Whether a neighbour is asked about the households that they look after, or why not."""

    ALLOWED = "allowed"
    NO_PHONE = "no_phone"
    CANNOT_BE_REACHED = "cannot_be_reached"
    UNACCOUNTED = "unaccounted"
    IN_DANGER = "in_danger"


@dataclass(frozen=True)
class Neighbour:
    """A household that looks after others.

    `standing` is None if the alert does not concern it: it lies outside the alert's area.
    """

    household: str
    division: str
    language: str
    standing: Standing | None
    unaccounted: int
    reachable: bool
    phone: str | None
    """The phone that is asked, E.164."""


def may_ask(neighbour: Neighbour) -> NeighbourAsking:
    """Return whether a neighbour is asked, or why not.

    Somebody who is unaccounted for, calls for help or stays in danger has enough to do, and cannot
    vouch for others.
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
    """Return, by code, the shortest number that means one of these households alone.

    It is the number by which people call a household ('034'), else its 4 digits, else its code.
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
