"""JSON bodies of planned exercises; planned times are local wall-clock times."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from sqlalchemy import RowMapping

from alerting.cap.exercise import ExerciseSize
from alerting.exercises.calendar import PAGE
from alerting.exercises.plans import PlannedExercise
from alerting.exercises.rules import PlanOutcome
from alerting.messages.languages import HAZARDS
from contacts.bounds import Body, WallTime
from contacts.division import DivisionCode


def _known(hazard: str) -> str:
    if hazard not in HAZARDS:
        raise ValueError(f"choose one of {', '.join(HAZARDS)}")
    return hazard


_Hazard = Annotated[str, StringConstraints(max_length=40), AfterValidator(_known)]


class PlanBody(Body):
    """An exercise to be raised at a time, in the name of the officer who plans it."""

    model_config = ConfigDict(extra="forbid")

    division: DivisionCode
    """Where: a division in which the caller may raise alerts."""
    size: ExerciseSize
    """The size; with one_phone it reaches the phone of the officer who plans it."""
    hazard: _Hazard
    """The id of a hazard of the phrase library, such as landslide."""
    at: WallTime
    """When, by the clock in the policy's time zone, such as 2026-12-05T09:30."""
    monthly: bool = False
    """Whether it repeats on this day of each month, or on its last day where it is shorter."""

    def plan(self, zone: ZoneInfo) -> PlannedExercise:
        """Return what is planned."""
        first = self.at.replace(tzinfo=zone).astimezone(UTC)
        return PlannedExercise(self.division, self.size, self.hazard, first, self.monthly)


class PlannedBody(Body):
    """The id of a planned exercise."""

    id: int
    """By which it is cancelled."""


class UpcomingBody(Body):
    """A planned exercise."""

    id: int
    """Its id."""
    division: str
    """Where."""
    name: str
    """The division's everyday name."""
    size: ExerciseSize
    """The size: the people it reaches."""
    hazard: str
    """The hazard's id."""
    due: datetime
    """When it is raised next, in the policy's time zone."""
    monthly: bool
    """Whether it repeats monthly."""
    planned_by: str
    """The name of the officer who planned it, or the id of one who is gone."""
    may_cancel: bool
    """Whether the caller may cancel it."""

    @classmethod
    def of(
        cls, row: RowMapping, names: Mapping[str, str], zone: ZoneInfo, *, may_cancel: bool
    ) -> Self:
        """Return the body of a planned exercise."""
        return cls(
            id=row["id"],
            division=row["division"],
            name=names.get(row["division"], row["division"]),
            size=row["size"],
            hazard=row["hazard"],
            due=row["due"].astimezone(zone),
            monthly=row["monthly"],
            planned_by=row["planner"] or row["planned_by"],
            may_cancel=may_cancel,
        )


class PlanOutcomeBody(Body):
    """The outcome of a planned exercise at one of its times."""

    plan: int
    """The id under which it was planned."""
    division: str
    """Where."""
    name: str
    """The division's everyday name."""
    size: ExerciseSize
    """The size: the people it reached or was to reach."""
    hazard: str
    """The hazard's id."""
    due: datetime
    """When it was due, in the policy's time zone."""
    outcome: PlanOutcome
    """raised; missed: the service did not run; skipped: an actual alert; refused: see detail."""
    alert: int | None
    """The exercise that was raised, or the actual alert because of which it was skipped."""
    number: int | None
    """The number of that alert."""
    detail: str
    """Why it was refused; empty otherwise."""
    chinese: str
    """The same in Chinese; empty if there is none."""

    @classmethod
    def of(cls, row: RowMapping, names: Mapping[str, str], zone: ZoneInfo) -> Self:
        """Return the body of an outcome."""
        there = names.get(row["division"], row["division"])
        return cls(**(dict(row) | {"name": there, "due": row["due"].astimezone(zone)}))


class PlansBody(Body):
    """The planned exercises that concern a division."""

    time_zone: str
    """The name of the policy's time zone."""
    upcoming: list[UpcomingBody] = Field(max_length=PAGE)
    """Those to come on this page, the next one first."""
    more_upcoming: bool
    """Whether more are to come."""
    past: list[PlanOutcomeBody] = Field(max_length=PAGE)
    """The outcomes on this page of those that were due, the latest first."""
    more_past: bool
    """Whether there are earlier ones."""
