"""Officers' calls over HTTP (叫应): who confirmed, one's own, and the confirmation."""

from datetime import datetime
from typing import Self

from fastapi import APIRouter, status
from pydantic import BaseModel
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.scope import alert_for, scope_for
from alerting.database.tables import RowId
from alerting.ledger.schemas import AlertBody
from alerting.officer_calls.confirm import confirm_call
from alerting.officer_calls.listing import MyCall, OfficerCall, calls_within, unconfirmed_calls
from alerting.officer_calls.rules import CallState
from contacts.division import DivisionCode
from contacts.people import Role

alerts_router = APIRouter(prefix="/api/alerts", tags=["alerts"])


@alerts_router.post("/{alert_id}/confirm", status_code=status.HTTP_204_NO_CONTENT)
async def post_confirm(alert_id: RowId, caller: Caller, runtime: RuntimeDep) -> None:
    """Confirm that the caller has heard the call (叫应)."""
    await confirm_call(runtime, caller, alert_id)


my_calls_router = APIRouter(tags=["alerts"])


class CallBody(BaseModel):
    """An open alert that called the caller, who has not confirmed it, and what it says."""

    alert: AlertBody
    description: str
    instruction: str
    assembly_point: str
    called_at: datetime

    @classmethod
    def of(cls, call: MyCall) -> Self:
        """Return the body for a call."""
        asked = call.alert.request
        return cls(
            alert=AlertBody.of(call.alert),
            description=asked.description,
            instruction=asked.instruction,
            assembly_point=asked.assembly_point,
            called_at=call.called_at,
        )


@my_calls_router.get("/api/calls")
async def get_my_calls(caller: Caller, runtime: RuntimeDep) -> list[CallBody]:
    """List the calls that the caller has still to confirm, the oldest first."""
    calls = await runtime.database.read(lambda db: unconfirmed_calls(db, caller.id))
    return [CallBody.of(call) for call in calls]


router = APIRouter(prefix="/api/alerts", tags=["alerts"])


class OfficerCallBody(BaseModel):
    """An officer who was called, and what became of it."""

    id: str
    name: str
    role: Role
    division: str
    deputy_of: str | None
    """Whom they were called in place of; null for a principal."""
    called_at: datetime
    state: CallState
    confirmed_at: datetime | None
    channel: str | None
    """By which the call was confirmed."""
    told_above_at: datetime | None
    """When the tier above was told that they could not be woken."""

    @classmethod
    def of(cls, called: OfficerCall) -> Self:
        """Return the body for an officer who was called."""
        return cls(
            id=called.officer,
            name=called.name,
            role=called.role,
            division=called.division,
            deputy_of=called.deputy_of,
            called_at=called.called_at,
            state=called.state,
            confirmed_at=called.confirmed_at,
            channel=called.channel,
            told_above_at=called.told_above_at,
        )


@router.get("/{alert_id}/officers")
async def get_officers(
    alert_id: RowId, caller: Caller, runtime: RuntimeDep, division: DivisionCode | None = None
) -> list[OfficerCallBody]:
    """List the officers called: who has not confirmed first, the uppermost tier before others."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> list[OfficerCall]:
        alert_for(db, alert_id, caller)
        return calls_within(db, alert_id, scope, runtime.policy.officer)

    return [OfficerCallBody.of(called) for called in await runtime.database.read(look)]
