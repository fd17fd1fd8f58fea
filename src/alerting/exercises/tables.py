"""Rows of planned exercises and of their outcomes."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class ExercisePlanRow(SQLModel, table=True):
    """An exercise that is raised at a time, once or monthly."""

    __tablename__ = "exercise_plans"

    id: int | None = Field(default=None, primary_key=True)
    division: str = Field(index=True)
    size: str
    hazard: str
    """A hazard of the phrase library."""
    first: datetime = Field(sa_type=Instant)
    """When it was to be raised first: a monthly one keeps its day and its local time."""
    monthly: bool
    due: datetime | None = Field(default=None, sa_type=Instant, index=True)
    """When it is raised next; None: it is over, or was cancelled."""
    planned_by: str
    planned_at: datetime = Field(sa_type=Instant)
    announced: datetime | None = Field(default=None, sa_type=Instant)
    """The time of those at which it is due that its officers were last told of."""
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
    """The exercise that was raised, or the actual alert because of which it was skipped."""
    detail: str
    """Why it was refused; empty otherwise."""
    chinese: str = ""
    """The same in Chinese."""


exercise_plans = _table(ExercisePlanRow)

exercise_outcomes = _table(ExerciseOutcomeRow)
