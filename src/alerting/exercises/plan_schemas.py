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
    """An exercise to plan; it is raised in the name of the officer who plans it."""

    model_config = ConfigDict(extra="forbid")

    division: DivisionCode
    """The code of the division to exercise; the caller must be allowed to raise alerts there."""
    size: ExerciseSize
    """Whom the exercise reaches; `one_phone` reaches only the phone of the planning officer."""
    hazard: _Hazard
    """The id of a hazard in the phrase library, such as `landslide`."""
    at: WallTime
    """Local time in the policy's time zone, such as `2026-12-05T09:30`."""
    monthly: bool = False
    """True to repeat it monthly, on the same day or on the last day of a shorter month."""

    def plan(self, zone: ZoneInfo) -> PlannedExercise:
        """Return the plan, with its local time converted to UTC."""
        first = self.at.replace(tzinfo=zone).astimezone(UTC)
        return PlannedExercise(self.division, self.size, self.hazard, first, self.monthly)


class PlannedBody(Body):
    """The id of a new plan."""

    id: int
    """The plan's id, which cancelling takes."""


class UpcomingBody(Body):
    """A planned exercise."""

    id: int
    """The plan's id."""
    division: str
    """The code of the division."""
    name: str
    """The division's everyday name."""
    size: ExerciseSize
    """Whom the exercise reaches."""
    hazard: str
    """The hazard's id."""
    due: datetime
    """When it will be raised next, in the policy's time zone."""
    monthly: bool
    """True if it repeats monthly."""
    planned_by: str
    """The name of the officer who planned it; the id if that officer has left the roster."""
    may_cancel: bool
    """True if the caller may cancel it."""

    @classmethod
    def of(
        cls, row: RowMapping, names: Mapping[str, str], zone: ZoneInfo, *, may_cancel: bool
    ) -> Self:
        """Return the body for a row of plans; a division missing from `names` shows its code."""
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
    """The plan's id."""
    division: str
    """The code of the division."""
    name: str
    """The division's everyday name."""
    size: ExerciseSize
    """Whom the exercise reached, or was meant to reach."""
    hazard: str
    """The hazard's id."""
    due: datetime
    """When it was due, in the policy's time zone."""
    outcome: PlanOutcome
    """Whether the exercise was raised, and if not, why; `detail` explains a refusal."""
    alert: int | None
    """The id of the raised exercise, or of the actual alert that caused it to be skipped."""
    number: int | None
    """The number of the alert with the id `alert`."""
    detail: str
    """The reason for a refusal; empty otherwise."""
    chinese: str
    """The same reason in Chinese; empty if there is none."""

    @classmethod
    def of(cls, row: RowMapping, names: Mapping[str, str], zone: ZoneInfo) -> Self:
        """Return the body for an outcome; a division missing from `names` shows its code."""
        there = names.get(row["division"], row["division"])
        return cls(**(dict(row) | {"name": there, "due": row["due"].astimezone(zone)}))


class PlansBody(Body):
    """A page of the planned exercises that concern a division, and of earlier outcomes."""

    time_zone: str
    """The name of the policy's time zone."""
    upcoming: list[UpcomingBody] = Field(max_length=PAGE)
    """Planned exercises, the earliest first."""
    more_upcoming: bool
    """True if the next page has planned exercises."""
    past: list[PlanOutcomeBody] = Field(max_length=PAGE)
    """Outcomes of exercises that were due, the latest first."""
    more_past: bool
    """True if the next page has outcomes."""
