"""Planned exercises: planned, cancelled, and listed with their outcomes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, or_, select, update

from alerting.access.rules import Act, permitted_division
from alerting.access.scope import check_places
from alerting.cap.exercise import ExerciseSize
from alerting.errors import ConflictError, InvalidError, NotFoundError, TooManyError
from alerting.exercises.tables import exercise_outcomes, exercise_plans
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.runtime import Runtime
from contacts.directory import Officer, division
from contacts.division import ancestors, subtree
from contacts.tables import OFFICERS

MOST_PLANS: Final = 100
"""Exercises that one officer has planned at a time."""


@dataclass(frozen=True, slots=True)
class PlannedExercise:
    """An exercise of a size, for a hazard of the phrase library, once or monthly from a time on."""

    division: str
    size: ExerciseSize
    hazard: str
    first: datetime
    monthly: bool


async def plan_exercise(runtime: Runtime, caller: Officer, plan: PlannedExercise) -> int:
    """Plan an exercise; return its id.

    Raises:
        ForbiddenError, InvalidError: if the caller may not raise an alert there, if there is no
            such division, or if the time has passed.
        TooManyError: if the caller has planned too many.
        ConflictError: if the same exercise is planned for the same time.
    """
    now = runtime.clock.now()
    check_places(caller, Act.RAISE, [plan.division], "division")
    if plan.first <= now:
        raise InvalidError("at", "write a time in the future")

    def unit(transaction: Transaction) -> int:
        connection = transaction.connection
        _check_plan(connection, caller, plan)
        values = {
            "division": plan.division,
            "size": plan.size,
            "hazard": plan.hazard,
            "first": plan.first,
            "monthly": plan.monthly,
            "due": plan.first,
            "planned_by": caller.id,
            "planned_at": now,
        }
        stored = insert(exercise_plans).values(values).returning(exercise_plans.c.id)
        return int(connection.execute(stored).scalar_one())

    return await runtime.ledger.write(unit, own_transaction=True)


def _check_plan(connection: Connection, caller: Officer, plan: PlannedExercise) -> None:
    plans = exercise_plans.c
    if division(connection, plan.division) is None:
        raise InvalidError("division", f"there is no division {plan.division}")
    mine = select(func.count()).where(plans.planned_by == caller.id, plans.due.is_not(None))
    if connection.execute(mine).scalar_one() >= MOST_PLANS:
        raise TooManyError(f"you have {MOST_PLANS} exercises planned: cancel one first")
    same = select(plans.id).where(
        plans.division == plan.division, plans.size == plan.size, plans.due == plan.first
    )
    if connection.execute(same.limit(1)).first() is not None:
        raise ConflictError("such an exercise is planned there for this time already")


async def cancel_plan(runtime: Runtime, caller: Officer, id_: int) -> None:
    """Cancel a planned exercise; those that were raised by it stay as they are.

    Raises:
        ForbiddenError: if the caller's role raises no alerts.
        NotFoundError: if none is planned under this id where the caller may raise alerts.
    """
    now, plans = runtime.clock.now(), exercise_plans.c
    own = permitted_division(caller.division, Act.RAISE)
    check_places(caller, Act.RAISE, [own], "division")

    def unit(transaction: Transaction) -> None:
        cancelled = (
            update(exercise_plans)
            .where(plans.id == id_, plans.due.is_not(None), plans.division.between(*subtree(own)))
            .values(due=None, cancelled_by=caller.id, cancelled_at=now)
        )
        if transaction.connection.execute(cancelled).rowcount == 0:
            raise NotFoundError(f"no exercise {id_} is planned where you may raise alerts")

    await runtime.ledger.write(unit, own_transaction=True)


def _concerns(scope: str) -> ColumnElement[bool]:
    where = exercise_plans.c.division
    return or_(where.between(*subtree(scope)), where.in_(ancestors(scope)))


def upcoming(connection: Connection, scope: str, most: int) -> Sequence[RowMapping]:
    """Return up to `most` planned exercises that concern a division, the next one first."""
    plans = exercise_plans.c
    query = (
        select(exercise_plans, OFFICERS.c.name.label("planner"))
        .outerjoin(OFFICERS, OFFICERS.c.id == plans.planned_by)
        .where(plans.due.is_not(None), _concerns(scope))
    )
    return connection.execute(query.order_by(plans.due, plans.id).limit(most)).mappings().all()


def past(connection: Connection, scope: str, most: int) -> Sequence[RowMapping]:
    """Return up to `most` outcomes of plans that concern a division, the latest first."""
    plans, found = exercise_plans.c, exercise_outcomes.c
    query = (
        select(plans.division, plans.size, plans.hazard, exercise_outcomes, alerts.c.number)
        .join(exercise_plans, plans.id == found.plan)
        .outerjoin(alerts, alerts.c.id == found.alert)
        .where(_concerns(scope))
        .order_by(found.due.desc(), found.plan.desc())
    )
    return connection.execute(query.limit(most)).mappings().all()
