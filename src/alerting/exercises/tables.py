"""Tables of planned exercises and their outcomes."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class ExercisePlanRow(SQLModel, table=True):
    """A planned exercise, raised once or monthly."""

    __tablename__ = "exercise_plans"

    id: int | None = Field(default=None, primary_key=True)
    division: str = Field(index=True)
    size: str
    hazard: str
    """The id of a hazard in the phrase library."""
    first: datetime = Field(sa_type=Instant)
    """When it was planned to be raised first; a monthly plan keeps this day and local time."""
    monthly: bool
    due: datetime | None = Field(default=None, sa_type=Instant, index=True)
    """When it will be raised next; None after its last time or when cancelled."""
    planned_by: str
    planned_at: datetime = Field(sa_type=Instant)
    announced: datetime | None = Field(default=None, sa_type=Instant)
    """The value of `due` that officers were last texted about; None before the first text."""
    cancelled_by: str | None = None
    cancelled_at: datetime | None = Field(default=None, sa_type=Instant)


class ExerciseOutcomeRow(SQLModel, table=True):
    """The outcome of a planned exercise at one of its times."""

    __tablename__ = "exercise_outcomes"

    plan: int = Field(primary_key=True, foreign_key="exercise_plans.id")
    due: datetime = Field(primary_key=True, sa_type=Instant)
    outcome: str
    """One of `alerting.exercises.rules.PlanOutcome`."""
    alert: int | None = Field(default=None, foreign_key="alerts.id")
    """The id of the raised exercise, or of the actual alert that caused it to be skipped."""
    detail: str
    """The reason for a refusal; empty otherwise."""
    chinese: str = ""
    """The same reason in Chinese."""


exercise_plans = _table(ExercisePlanRow)

exercise_outcomes = _table(ExerciseOutcomeRow)
