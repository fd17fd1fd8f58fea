"""Counts of households and people by standing, and whether an area is zero-unaccounted."""

from dataclasses import dataclass, fields
from enum import StrEnum
from operator import add, attrgetter, sub
from typing import Final, Self

from alerting.roll.rules.standing import HouseholdStanding, Standing


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over some households, or the difference between two such counts.

    `people_verified` is the part of those elsewhere or evacuated whose household rests on an
    officer's report or a shelter's check-in; the rest of them are claimed.
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
        """Return the difference that it makes when one household stands otherwise."""
        return cls(*map(sub, _counted(after), _counted(before)))

    @property
    def households(self) -> int:
        """How many households are counted."""
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
        """How many people are counted, each once."""
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
"""The counts of one household that stands so."""


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
    """What keeps an area from being zero-unaccounted."""

    NOBODY_ON_ROLL = "nobody_on_roll"
    PEOPLE_UNACCOUNTED = "people_unaccounted"
    HELP_OPEN = "help_open"
    NOBODY_SPOKE_TO_THEM = "nobody_spoke_to_them"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A reason why an area is not zero-unaccounted.

    `number` counts people where they are unaccounted, and households whose call for help is
    open or who stay; it is 0 where nobody is on the roll.
    """

    reason: NotClear
    number: int


def is_clear(tally: Tally, unspoken: int) -> tuple[Obstacle, ...]:
    """Return every reason why the area is not zero-unaccounted; none means that it is.

    "An area is zero-unaccounted when nobody in it is unaccounted and no call for help is open.
    Staying households are listed by name with the officer. Only then can a commander close it":
    `unspoken` are those who stay and to whom no officer has spoken. An area without a household
    on its roll is unknown, not clear.
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
