"""Plan and cancel exercises, and record both in the office log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from alerting.access.rules import Act, permitted_division
from alerting.access.scope import check_places
from alerting.cap.exercise import ExerciseSize
from alerting.errors import ConflictError, InvalidError, NotFoundError, TooManyError
from alerting.exercises.announce import about
from alerting.exercises.tables import exercise_plans
from alerting.ledger.writer import Transaction
from alerting.messages.languages import LANGUAGES
from alerting.messages.text import HOME_LANGUAGE
from alerting.office_log.log import Details, Line, OfficeAct, RosterChange, record
from alerting.runtime import Runtime
from contacts.directory import Officer, division, short_names
from contacts.division import subtree
from contacts.notices import withdraw_notices

MOST_PLANS: Final = 100
"""Maximum number of exercises that one officer may have planned at the same time."""


@dataclass(frozen=True, slots=True)
class PlannedExercise:
    """A plan for an exercise, held once or monthly."""

    division: str
    size: ExerciseSize
    hazard: str
    """The id of a hazard in the phrase library."""
    first: datetime
    """When it is due for the first time."""
    monthly: bool


async def plan_exercise(runtime: Runtime, caller: Officer, plan: PlannedExercise) -> int:
    """Plan an exercise; return its id.

    Raises:
        ForbiddenError, InvalidError: if the caller may not raise alerts there, the division does
            not exist, or the time has passed.
        TooManyError: if the caller already has `MOST_PLANS` plans.
        ConflictError: if an exercise of that size is already planned there for that time.
    """
    now = runtime.clock.now()
    check_places(caller, Act.RAISE, [plan.division], "division")
    if plan.first <= now:
        raise InvalidError("at", "write a time in the future", "请填将来的时间")

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
        stored = insert(exercise_plans).values(values).returning(exercise_plans)
        row = connection.execute(stored).mappings().one()
        _record(transaction, caller, OfficeAct.PLAN_EXERCISE, row, now)
        return int(row["id"])

    return await runtime.ledger.write(unit, own_transaction=True)


def _check_plan(connection: Connection, caller: Officer, plan: PlannedExercise) -> None:
    plans = exercise_plans.c
    if division(connection, plan.division) is None:
        raise InvalidError(
            "division", f"there is no division {plan.division}", f"没有区划{plan.division}：请另选"
        )
    mine = select(func.count()).where(plans.planned_by == caller.id, plans.due.is_not(None))
    if connection.execute(mine).scalar_one() >= MOST_PLANS:
        raise TooManyError(
            f"you have already planned {MOST_PLANS} exercises: cancel one first",
            f"您已安排{MOST_PLANS}场演练：请先取消一场",
        )
    same = select(plans.id).where(
        plans.division == plan.division, plans.size == plan.size, plans.due == plan.first
    )
    if connection.execute(same.limit(1)).first() is not None:
        raise ConflictError(
            "the same exercise is already planned there for this time",
            chinese="当地此时已安排了同样的演练",
        )


async def cancel_plan(runtime: Runtime, caller: Officer, id_: int) -> None:
    """Cancel a planned exercise; exercises that it has already raised are not affected.

    Raises:
        ForbiddenError: if the caller's role may not raise alerts.
        NotFoundError: if there is no such plan in the division where the caller may raise alerts.
    """
    now, plans = runtime.clock.now(), exercise_plans.c
    own = permitted_division(caller.division, Act.RAISE)
    check_places(caller, Act.RAISE, [own], "division")

    def unit(transaction: Transaction) -> None:
        connection, is_meant = transaction.connection, plans.id == id_
        mine = is_meant, plans.due.is_not(None), plans.division.between(*subtree(own))
        query = select(exercise_plans).where(*mine).with_for_update()
        row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFoundError(
                f"there is no planned exercise {id_} where you may raise alerts",
                f"您可以发布预警的范围内没有这个演练计划{id_}：可能已取消",
            )
        off = {"due": None, "cancelled_by": caller.id, "cancelled_at": now}
        connection.execute(update(exercise_plans).where(is_meant).values(off))
        withdraw_notices(connection, about(id_))
        _record(transaction, caller, OfficeAct.CANCEL_EXERCISE, row, now)

    await runtime.ledger.write(unit, own_transaction=True)


def _record(
    transaction: Transaction, caller: Officer, act: OfficeAct, plan: RowMapping, now: datetime
) -> None:
    """Record a new or cancelled plan in the office log, with one line for each of its values."""
    connection, place = transaction.connection, plan["division"]
    due = plan["due"].astimezone(transaction.policy.alert.zone)
    told = {
        "size": plan["size"],
        "hazard": LANGUAGES[HOME_LANGUAGE].hazards[plan["hazard"]].name,
        "due": f"{due:%Y-%m-%d %H:%M}",
        "monthly": "✓" if plan["monthly"] else "",
    }
    is_new = act is OfficeAct.PLAN_EXERCISE
    what = RosterChange.ADDED if is_new else RosterChange.GONE
    name = short_names(connection, [place]).get(place, place)
    lines = tuple(
        Line(what, place, name, field, *(("", value) if is_new else (value, "")))
        for field, value in told.items()
        if value
    )
    record(connection, caller, act, place, Details({str(what): 1}, lines), now)
