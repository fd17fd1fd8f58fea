"""JSON bodies of past exercises and of the villages' practice."""

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
"""Number of villages on a page of `PracticeBody`."""

HELD_PAGE: Final = 10
"""Number of exercises on a page. It is low, because each exercise needs several queries."""


class LastExercisesBody(Body):
    """When a village last had an exercise of each size; null if it never had one."""

    one_phone: datetime | None = None
    """When the village last had an exercise with one phone."""
    officers: datetime | None = None
    """When the village last had an exercise with officers only."""
    everybody: datetime | None = None
    """When the village last had an exercise with everybody."""


class PlacePracticeBody(Body):
    """A village's last exercises, and the sizes that are overdue."""

    division: str
    """The village's code."""
    name: str
    """The village's everyday name."""
    last: LastExercisesBody
    """When the village last had an exercise of each size."""
    overdue: list[ExerciseSize] = Field(max_length=len(ExerciseSize))
    """The overdue sizes by the policy; an exercise also counts for smaller sizes."""

    @classmethod
    def of(cls, practice: Practice, names: Mapping[str, str]) -> Self:
        """Return the body for a village's practice."""
        last = {size.value: at for size, at in practice.last.items()}
        return cls(
            division=practice.division,
            name=names.get(practice.division, practice.division),
            last=LastExercisesBody.model_validate(last),
            overdue=list(practice.overdue),
        )


class PracticeBody(Body):
    """A page of a division's villages with their exercises, the worst overdue villages first."""

    places: int
    """Number of villages in the division."""
    overdue: dict[ExerciseSize, int]
    """Number of villages in which an exercise is overdue, by size."""
    page: list[PlacePracticeBody] = Field(max_length=PAGE)
    """The villages on this page."""


class HeldExerciseBody(AlertBody):
    """A past exercise, with numbers of participants from the requested division only."""

    officers_called: int
    """Number of officers who were called, deputies included."""
    officers_confirmed: int
    """Number of called officers who answered."""
    half_confirmed_after: float | None
    """Seconds until half of the called officers had answered; null if fewer answered."""
    last_confirmed_after: float | None
    """Seconds until all called officers had answered; null if some did not answer."""
    households: int
    """Number of households that were texted or visited."""
    people: int
    """Number of people in these households."""
    people_accounted: int
    """Number of people who were accounted for."""

    @classmethod
    def of_held(cls, held: HeldExercise) -> Self:
        """Return the body for a past exercise."""
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
    """A page of a division's past exercises, the latest first."""

    exercises: list[HeldExerciseBody] = Field(max_length=HELD_PAGE)
    """The exercises on this page."""
    before: int | None
    """The cursor to request the next page; null if this is the last page."""
