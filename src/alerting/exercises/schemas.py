"""JSON bodies of the exercises on record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Self

from pydantic import Field

from alerting.cap.exercise import ExerciseSize
from alerting.exercises.rules import Practice, reached_by
from alerting.exercises.store import HeldExercise
from alerting.ledger.schemas import AlertBody
from contacts.bounds import Body

PAGE: Final = 20
"""Places on a page of the practice."""

HELD_PAGE: Final = 10
"""Exercises on a page: each counts its officers."""


class LastExercisesBody(Body):
    """When a place last had an exercise of each size; null: never."""

    one_phone: datetime | None = None
    """The last one with one phone."""
    officers: datetime | None = None
    """The last one with officers alone."""
    everybody: datetime | None = None
    """The last one with everybody."""


class PlacePracticeBody(Body):
    """The practice of a village."""

    division: str
    """Its code."""
    name: str
    """Its everyday name."""
    last: LastExercisesBody
    """Its last exercises."""
    overdue: list[ExerciseSize] = Field(max_length=len(ExerciseSize))
    """The sizes of which the policy wants one by now; a larger one counts for a smaller one."""

    @classmethod
    def of(cls, practice: Practice, names: Mapping[str, str]) -> Self:
        """Return the body of a place's practice."""
        last = {size.value: at for size, at in practice.last.items()}
        return cls(
            division=practice.division,
            name=names.get(practice.division, practice.division),
            last=LastExercisesBody.model_validate(last),
            overdue=list(practice.overdue),
        )


class PracticeBody(Body):
    """The practice of a division's villages, those with the largest overdue exercise first."""

    places: int
    """How many villages there are."""
    overdue: dict[ExerciseSize, int]
    """In how many of them an exercise of each size is overdue."""
    page: list[PlacePracticeBody] = Field(max_length=PAGE)
    """The villages of this page."""


class HeldExerciseBody(AlertBody):
    """An exercise that was held, who took part and how fast; of the requested division only."""

    officers_called: int
    """Officers who were called, deputies included."""
    officers_confirmed: int
    """Officers of them who answered."""
    half_confirmed_after: float | None
    """Seconds until half of them had answered; null: fewer did."""
    last_confirmed_after: float | None
    """Seconds until the last of them had answered; null: not all did."""
    households: int
    """Households that were asked."""
    people: int
    """People in them."""
    people_accounted: int
    """People of them who are accounted for."""

    @classmethod
    def of_held(cls, held: HeldExercise) -> Self:
        """Return the body of an exercise."""
        calls, tally = held.calls, held.tally
        seconds = [
            (each.confirmed_at - each.called_at).total_seconds()
            for each in calls
            if each.confirmed_at
        ]
        return cls(
            **AlertBody.of(held.alert).model_dump(),
            officers_called=len(calls),
            officers_confirmed=len(seconds),
            half_confirmed_after=reached_by(0.5, len(calls), seconds),
            last_confirmed_after=reached_by(1, len(calls), seconds),
            households=tally.households,
            people=tally.people,
            people_accounted=tally.people_elsewhere + tally.people_evacuated,
        )


class HeldExercisesBody(Body):
    """Exercises of a division, the latest first."""

    exercises: list[HeldExerciseBody] = Field(max_length=HELD_PAGE)
    """The exercises of this page."""
    before: int | None
    """Where the next page begins; null: there is no more."""
