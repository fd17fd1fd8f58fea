"""Routes with which administrators keep the duty rotas of their divisions."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, status

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import for_administrators
from alerting.access.scope import office_of
from alerting.database.tables import RowId
from alerting.office.duty_edit import add_period, remove_period, set_turns
from alerting.office.duty_schemas import (
    AddedPeriodBody,
    DutyPeriodBody,
    DutyTurnsBody,
    DutyWeekBody,
)
from alerting.office.duty_week import duty_week
from contacts.bounds import OfficerId
from contacts.division import DivisionCode

router = APIRouter(prefix="/api/office/duty", tags=["roster"])


@router.get("", openapi_extra=for_administrators())
async def get_duty_week(
    caller: Caller,
    runtime: RuntimeDep,
    division: Annotated[
        DivisionCode | None, Query(description="The division; if omitted, the caller's.")
    ] = None,
) -> DutyWeekBody:
    """Return a division's duty rota, and who is on duty in the next seven days."""
    scope, now = office_of(caller, division), runtime.clock.now()
    week = await runtime.database.read(lambda db: duty_week(db, scope, now))
    return DutyWeekBody.of(week, runtime.policy.alert.zone)


@router.put(
    "/officers/{officer_id}/turns",
    status_code=status.HTTP_204_NO_CONTENT,
    openapi_extra=for_administrators(404, 409),
)
async def put_turns(
    officer_id: Annotated[OfficerId, Path(description="The officer's id.")],
    said: DutyTurnsBody,
    caller: Caller,
    runtime: RuntimeDep,
) -> None:
    """Replace the weekly turns of an officer; alerts use them at once."""
    office_of(caller)
    zone = runtime.policy.alert.time_zone
    turns = [each.turn(officer_id, zone) for each in said.turns]
    await set_turns(runtime, caller, officer_id, turns, said.version)


@router.post("/periods", status_code=status.HTTP_201_CREATED, openapi_extra=for_administrators(404))
async def post_period(said: DutyPeriodBody, caller: Caller, runtime: RuntimeDep) -> AddedPeriodBody:
    """Add a dated shift, a stand-in or a leave."""
    office_of(caller)
    period = said.period(runtime.policy.alert.zone)
    return AddedPeriodBody(id=await add_period(runtime, caller, period))


@router.delete(
    "/periods/{period_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    openapi_extra=for_administrators(404),
)
async def delete_period(period_id: RowId, caller: Caller, runtime: RuntimeDep) -> None:
    """Remove a dated shift, a stand-in or a leave."""
    office_of(caller)
    await remove_period(runtime, caller, period_id)
