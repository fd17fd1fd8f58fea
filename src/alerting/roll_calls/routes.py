"""Routes that start a roll-call and list an alert's roll-calls."""

from datetime import datetime
from typing import Self

from fastapi import APIRouter, status
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import allows
from alerting.access.rules import Act
from alerting.access.scope import alert_for
from alerting.database.tables import RowId
from alerting.roll_calls.begin import call_roll
from alerting.roll_calls.store import Counts, RollCall, count, roll_calls_of
from contacts.bounds import Body

router = APIRouter(prefix="/api/alerts", tags=["alerts"])


class RollCallBody(Body):
    """A roll-call, with its numbers of households in the whole alert."""

    number: int
    """The roll-call's number within the alert, from 1."""
    called_at: datetime
    """When the roll-call started."""
    called_by: str | None
    """The id of the officer who started the roll-call; null if the clock did."""
    ends_at: datetime
    """The deadline for answers."""
    ended_at: datetime | None
    """When the roll-call ended; null while it is running."""
    asked: int
    """Number of households that were asked."""
    answered: int
    """Number of asked households that have answered."""
    missed: int
    """Number of asked households that did not answer in time."""

    @classmethod
    def of(cls, call: RollCall, counts: Counts) -> Self:
        """Return a roll-call together with its counts."""
        return cls(**vars(call), **vars(counts))


@router.post(
    "/{alert_id}/roll-calls",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=allows(Act.CLOSE, 409),
)
async def post_roll_call(alert_id: RowId, caller: Caller, runtime: RuntimeDep) -> RollCallBody:
    """Start a roll-call: people who are safe are asked again; 409 while one is running."""
    call = await call_roll(runtime, caller, alert_id)
    return RollCallBody.of(call, await runtime.database.read(lambda db: count(db, call)))


@router.get("/{alert_id}/roll-calls")
async def get_roll_calls(
    alert_id: RowId, caller: Caller, runtime: RuntimeDep
) -> list[RollCallBody]:
    """List an alert's roll-calls, the oldest first."""

    def look(db: Connection) -> list[RollCallBody]:
        alert_for(db, alert_id, caller)
        return [RollCallBody.of(call, count(db, call)) for call in roll_calls_of(db, alert_id)]

    return await runtime.database.read(look)
