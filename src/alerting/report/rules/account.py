"""Households and people of a place: verified, claimed, unaccounted, in danger."""

from dataclasses import dataclass, field
from typing import Final, Self

from alerting.roll.rules.standing import HouseholdStanding, Standing
from alerting.roll.rules.tally import Tally

_ACCOUNTED: Final = frozenset({Standing.ELSEWHERE, Standing.EVACUATED})


@dataclass(frozen=True, slots=True)
class Number:
    """A number of households, and of the people of that kind in all households."""

    households: int
    people: int


@dataclass(frozen=True, slots=True)
class Account:
    """A tally, and how many of its accounted households are verified.

    Each household and each person is counted in exactly one of `verified`, `claimed`,
    `unaccounted`, `needs_help` and `staying`. A household of which somebody is missing is
    unaccounted, even if others of it are verified.
    """

    tally: Tally = field(default_factory=Tally)
    households_verified: int = 0

    @classmethod
    def of(cls, standing: HouseholdStanding) -> Self:
        """Return the account of one household."""
        return cls(Tally.of(standing), int(is_verified(standing)))

    def __add__(self, other: "Account") -> "Account":
        verified = self.households_verified + other.households_verified
        return Account(self.tally + other.tally, verified)

    @property
    def expected(self) -> Number:
        """All on the roll."""
        return Number(self.tally.households, self.tally.people)

    @property
    def verified(self) -> Number:
        """Accounted for, and seen by an officer or at a shelter."""
        return Number(self.households_verified, self.tally.people_verified)

    @property
    def claimed(self) -> Number:
        """Accounted for by their own word or a neighbour's."""
        tally = self.tally
        households = tally.households_elsewhere + tally.households_evacuated
        people = tally.people_elsewhere + tally.people_evacuated
        return Number(households - self.households_verified, people - tally.people_verified)

    @property
    def unaccounted(self) -> Number:
        """Without a word; with households of which only a part is accounted for."""
        households = self.tally.households_unaccounted + self.tally.households_partly
        return Number(households, self.tally.people_unaccounted)

    @property
    def needs_help(self) -> Number:
        """Households whose call for help is open."""
        return Number(self.tally.households_needs_help, self.tally.people_needs_help)

    @property
    def staying(self) -> Number:
        """Households that refuse to leave."""
        return Number(self.tally.households_staying, self.tally.people_staying)


def is_verified(standing: HouseholdStanding) -> bool:
    """Return whether a household is accounted for as a whole, and verified."""
    return standing.verified and standing.standing in _ACCOUNTED
