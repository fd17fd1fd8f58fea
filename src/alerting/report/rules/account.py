"""Numbers of households and people in a place: verified, claimed, unaccounted, in danger."""

from dataclasses import dataclass, field
from typing import Final, Self

from alerting.roll.rules.standing import HouseholdStanding, Standing
from alerting.roll.rules.tally import Tally

_ACCOUNTED: Final = frozenset({Standing.ELSEWHERE, Standing.EVACUATED})


@dataclass(frozen=True, slots=True)
class Number:
    """The number of households of one kind, and the number of people of that kind."""

    households: int
    people: int


@dataclass(frozen=True, slots=True)
class Account:
    """A tally, and how many of its accounted-for households are verified.

    Each household and each person is counted in exactly one of `verified`, `claimed`,
    `unaccounted`, `needs_help` and `staying`. A household with somebody missing counts as
    unaccounted, even if its other people are verified.
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
        """All households and people on the roll."""
        return Number(self.tally.households, self.tally.people)

    @property
    def verified(self) -> Number:
        """Households and people whom an officer or a shelter has accounted for."""
        return Number(self.households_verified, self.tally.people_verified)

    @property
    def claimed(self) -> Number:
        """Households and people accounted for by their own word or a neighbour's."""
        tally = self.tally
        households = tally.households_elsewhere + tally.households_evacuated
        people = tally.people_elsewhere + tally.people_evacuated
        return Number(households - self.households_verified, people - tally.people_verified)

    @property
    def unaccounted(self) -> Number:
        """Households with at least one person unaccounted for, and the people unaccounted for."""
        households = self.tally.households_unaccounted + self.tally.households_partly
        return Number(households, self.tally.people_unaccounted)

    @property
    def needs_help(self) -> Number:
        """Households with an open call for help, and their people."""
        return Number(self.tally.households_needs_help, self.tally.people_needs_help)

    @property
    def staying(self) -> Number:
        """Households that refuse to leave, and the people who stay."""
        return Number(self.tally.households_staying, self.tally.people_staying)


def is_verified(standing: HouseholdStanding) -> bool:
    """Return whether everybody in a household is accounted for by verified evidence."""
    return standing.verified and standing.standing in _ACCOUNTED
