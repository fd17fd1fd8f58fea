"""The caller's own calls (叫应) over HTTP: those still to be confirmed."""

from datetime import datetime
from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel

from alerting.api.bodies import AlertBody
from alerting.api.callers import Caller, Working
from alerting.storage.my_calls import MyCall, unconfirmed_calls

router = APIRouter(tags=["alerts"])


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


@router.get("/api/calls")
async def get_my_calls(caller: Caller, desk: Working) -> list[CallBody]:
    """List the calls that the caller has still to confirm, the oldest first."""
    calls = await desk.database.read(lambda db: unconfirmed_calls(db, caller.id))
    return [CallBody.of(call) for call in calls]
