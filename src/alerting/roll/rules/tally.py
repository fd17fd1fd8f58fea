"""Counts of households and people by standing, and whether an area is zero-unaccounted."""

from dataclasses import dataclass, fields
from enum import StrEnum
from math import ceil
from operator import add, attrgetter, sub
from typing import Final, Self

from alerting.roll.rules.standing import HouseholdStanding, Standing


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over some households, or the difference between two such counts.

    `people_verified` is the number of people elsewhere or evacuated whose household is verified by
    an officer or a shelter.
    """

    households_unaccounted: int = 0
    households_partly: int = 0
    households_needs_help: int = 0
    households_staying: int = 0
    households_elsewhere: int = 0
    households_evacuated: int = 0
    people_unaccounted: int = 0
    people_needs_help: int = 0
    people_staying: int = 0
    people_elsewhere: int = 0
    people_evacuated: int = 0
    people_verified: int = 0

    @classmethod
    def of(cls, household: HouseholdStanding) -> Self:
        """Return the tally of one household."""
        return cls(*_counted(household))

    @classmethod
    def change(cls, before: HouseholdStanding, after: HouseholdStanding) -> Self:
        """Return the difference to the tally when one household's standing changes."""
        return cls(*map(sub, _counted(after), _counted(before)))

    @property
    def households(self) -> int:
        """Number of households."""
        return (
            self.households_unaccounted
            + self.households_partly
            + self.households_needs_help
            + self.households_staying
            + self.households_elsewhere
            + self.households_evacuated
        )

    @property
    def people(self) -> int:
        """Number of people, each counted once."""
        return (
            self.people_unaccounted
            + self.people_needs_help
            + self.people_staying
            + self.people_elsewhere
            + self.people_evacuated
        )

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*map(add, _numbers(self), _numbers(other)))

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(*map(sub, _numbers(self), _numbers(other)))


_NAMES: Final = tuple(field.name for field in fields(Tally))

_numbers = attrgetter(*_NAMES)

_HOUSEHOLDS: Final = {
    standing: tuple(int(name == f"households_{standing}") for name in _NAMES[: len(Standing)])
    for standing in Standing
}
"""The household counts in the tally of a single household, by its standing."""


def _counted(household: HouseholdStanding) -> tuple[int, ...]:
    """Return the numbers in the tally of one household, in the order of the fields."""
    people = household.people
    accounted = people.elsewhere + people.evacuated
    return (
        *_HOUSEHOLDS[household.standing],
        people.unaccounted,
        people.needs_help,
        people.staying,
        people.elsewhere,
        people.evacuated,
        accounted if household.verified else 0,
    )


class NotClear(StrEnum):
    """The kinds of reasons why an area is not zero-unaccounted."""

    NOBODY_ON_ROLL = "nobody_on_roll"
    PEOPLE_UNACCOUNTED = "people_unaccounted"
    HELP_OPEN = "help_open"
    NOBODY_SPOKE_TO_THEM = "nobody_spoke_to_them"
    HIGH_RISK_UNVERIFIED = "high_risk_unverified"
    TOO_FEW_VERIFIED = "too_few_verified"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A reason why an area is not zero-unaccounted.

    `number` counts people for PEOPLE_UNACCOUNTED, and households for the others; it is 0 for
    NOBODY_ON_ROLL.
    """

    reason: NotClear
    number: int


@dataclass(frozen=True, slots=True)
class Checks:
    """Numbers of households that an officer still has to visit or ring before closing an area."""

    unspoken: int = 0
    """Staying households that no officer has spoken to."""
    high_risk: int = 0
    """Households at high risk, out or away, that still have to be verified."""
    verified: int = 0
    """Other households, out or away, that still have to be verified."""
    nobody_expected: bool = False
    """True for an exercise for officers only, whose roll is empty."""


def still_to_verify(share: float, households: int, verified: int) -> int:
    """Return how many more of the `households` have to be verified to reach the `share`."""
    return max(0, ceil(share * households) - verified)


def is_clear(tally: Tally, checks: Checks) -> tuple[Obstacle, ...]:
    """Return every reason why the area may not be closed; an empty tuple means that it may.

    It may be closed if everybody is accounted for, every call for help is closed, an officer has
    spoken to every household that stays, and enough households are verified. An area with an empty
    roll counts as unknown, unless no household was expected.
    """
    reasons = (
        (NotClear.PEOPLE_UNACCOUNTED, tally.people_unaccounted),
        (NotClear.HELP_OPEN, tally.households_needs_help),
        (NotClear.NOBODY_SPOKE_TO_THEM, checks.unspoken),
        (NotClear.HIGH_RISK_UNVERIFIED, checks.high_risk),
        (NotClear.TOO_FEW_VERIFIED, checks.verified),
    )
    is_known = tally.households or checks.nobody_expected
    nobody = () if is_known else (Obstacle(NotClear.NOBODY_ON_ROLL, 0),)
    return (*nobody, *(Obstacle(reason, number) for reason, number in reasons if number))
