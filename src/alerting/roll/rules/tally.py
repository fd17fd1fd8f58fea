"""Counts of households and people by standing, and whether an area is zero-unaccounted."""

from dataclasses import dataclass, fields
from enum import StrEnum
from operator import add, attrgetter, sub
from typing import Final, Self

from alerting.roll.rules.standing import HouseholdStanding, Standing


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over some households, or the difference between two such counts.

    `people_verified` counts the people elsewhere or evacuated whose household is verified by an
    officer's report or a shelter's check-in; the others are claimed.
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
        """Return the difference that one household's change of standing makes."""
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
"""Household counts of a tally for one household, by its standing."""


def _counted(household: HouseholdStanding) -> tuple[int, ...]:
    """Return the numbers of a household's tally, in the order of its fields."""
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
    """Kind of obstacle to an area being zero-unaccounted."""

    NOBODY_ON_ROLL = "nobody_on_roll"
    PEOPLE_UNACCOUNTED = "people_unaccounted"
    HELP_OPEN = "help_open"
    NOBODY_SPOKE_TO_THEM = "nobody_spoke_to_them"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A reason why an area is not zero-unaccounted.

    `number` counts people for PEOPLE_UNACCOUNTED, and households for HELP_OPEN and
    NOBODY_SPOKE_TO_THEM; it is 0 for NOBODY_ON_ROLL.
    """

    reason: NotClear
    number: int


def is_clear(tally: Tally, unspoken: int) -> tuple[Obstacle, ...]:
    """Return every reason why the area is not zero-unaccounted; an empty tuple means that it is.

    "An area is zero-unaccounted when nobody in it is unaccounted and no call for help is open.
    Staying households are listed by name with the officer. Only then can a commander close it":
    `unspoken` is the number of staying households that no officer has spoken to. An area without
    a household on its roll is unknown, not clear.
    """
    obstacles = []
    if not tally.households:
        obstacles.append(Obstacle(NotClear.NOBODY_ON_ROLL, 0))
    if tally.people_unaccounted:
        obstacles.append(Obstacle(NotClear.PEOPLE_UNACCOUNTED, tally.people_unaccounted))
    if tally.households_needs_help:
        obstacles.append(Obstacle(NotClear.HELP_OPEN, tally.households_needs_help))
    if unspoken:
        obstacles.append(Obstacle(NotClear.NOBODY_SPOKE_TO_THEM, unspoken))
    return tuple(obstacles)
