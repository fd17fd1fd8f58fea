"""Routes of planned exercises: all officers list them, and some roles plan and cancel them."""

from typing import Annotated

from fastapi import APIRouter, Query, status
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import allows
from alerting.access.rules import Act, Ruling, rule
from alerting.access.scope import scope_for
from alerting.database.tables import RowId
from alerting.exercises.calendar import PAGE, past, upcoming
from alerting.exercises.plan_schemas import (
    PlanBody,
    PlannedBody,
    PlanOutcomeBody,
    PlansBody,
    UpcomingBody,
)
from alerting.exercises.plans import cancel_plan, plan_exercise
from contacts.directory import Officer, short_names
from contacts.division import DivisionCode

router = APIRouter(prefix="/api/exercises/plans", tags=["exercises"])


@router.get("")
async def list_plans(
    caller: Caller,
    runtime: RuntimeDep,
    division: Annotated[
        DivisionCode | None, Query(description="The division; if omitted, the caller's.")
    ] = None,
    offset: Annotated[
        int, Query(ge=0, le=100_000, description="Number of entries to skip in each list.")
    ] = 0,
) -> PlansBody:
    """List the planned exercises that concern a division, and the outcomes of earlier plans.

    A page holds up to 50 entries of each list.
    """
    scope, rules = scope_for(caller, division), runtime.policy.alert

    def look(connection: Connection) -> PlansBody:
        coming, gone = upcoming(connection, scope, offset), past(connection, scope, offset)
        names = short_names(connection, {each["division"] for each in (*coming, *gone)})
        return PlansBody(
            time_zone=rules.time_zone,
            upcoming=[
                UpcomingBody.of(
                    each, names, rules.zone, may_cancel=_may_raise(caller, each["division"])
                )
                for each in coming[:PAGE]
            ],
            past=[PlanOutcomeBody.of(each, names, rules.zone) for each in gone[:PAGE]],
            more_upcoming=len(coming) > PAGE,
            more_past=len(gone) > PAGE,
        )

    return await runtime.database.read(look)


def _may_raise(caller: Officer, division: str) -> bool:
    return rule(caller.role, caller.division, Act.RAISE, division) is Ruling.ALLOWED


@router.post("", status_code=status.HTTP_201_CREATED, openapi_extra=allows(Act.RAISE, 409, 429))
async def post_plan(said: PlanBody, caller: Caller, runtime: RuntimeDep) -> PlannedBody:
    """Plan an exercise, once or monthly.

    When it is due, it is raised only if the planner still may raise alerts there.
    """
    plan = said.plan(runtime.policy.alert.zone)
    return PlannedBody(id=await plan_exercise(runtime, caller, plan))


@router.delete(
    "/{plan_id}", status_code=status.HTTP_204_NO_CONTENT, openapi_extra=allows(Act.RAISE, 404)
)
async def delete_plan(plan_id: RowId, caller: Caller, runtime: RuntimeDep) -> None:
    """Cancel a planned exercise; an exercise that is already raised is not affected."""
    await cancel_plan(runtime, caller, plan_id)
