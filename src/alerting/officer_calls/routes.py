"""HTTP routes for officer calls (叫应): list, confirm, and call officers again."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Header, Path, status
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import allows
from alerting.access.rules import Act, sees_officers_phone
from alerting.access.scope import alert_for, scope_for
from alerting.database.tables import RowId
from alerting.ledger.schemas import AlertBody
from alerting.officer_calls.confirm import confirm_call
from alerting.officer_calls.listing import MyCall, OfficerCall, calls_within, unconfirmed_calls
from alerting.officer_calls.rules import CallState
from alerting.officer_calls.wake import wake_officer
from contacts.bounds import Body, OfficerId
from contacts.division import DivisionCode
from contacts.people import Role, mask_phone

alerts_router = APIRouter(prefix="/api/alerts", tags=["alerts"])


@alerts_router.post("/{alert_id}/confirm", status_code=status.HTTP_204_NO_CONTENT)
async def post_confirm(alert_id: RowId, caller: Caller, runtime: RuntimeDep) -> None:
    """Confirm that the caller has heard the officer call (叫应)."""
    await confirm_call(runtime, caller, alert_id)


my_calls_router = APIRouter(tags=["alerts"])


class CallBody(Body):
    """An unconfirmed call of the caller to an open alert, with the alert's text."""

    alert: AlertBody
    """The alert."""
    description: str
    """The description, in the raiser's words."""
    instruction: str
    """The instruction to the people."""
    assembly_point: str | None
    """Where the caller's people should go; null if there is no point, or one for each village."""
    called_at: datetime
    """When the caller was called."""

    @classmethod
    def of(cls, call: MyCall) -> Self:
        """Return the JSON body of an officer call."""
        asked = call.alert.request
        return cls(
            alert=AlertBody.of(call.alert),
            description=asked.description,
            instruction=asked.instruction,
            assembly_point=call.assembly_point,
            called_at=call.called_at,
        )


@my_calls_router.get("/api/calls")
async def get_my_calls(caller: Caller, runtime: RuntimeDep) -> list[CallBody]:
    """List the caller's unconfirmed officer calls, oldest first."""
    calls = await runtime.database.read(lambda db: unconfirmed_calls(db, caller))
    return [CallBody.of(call) for call in calls]


router = APIRouter(prefix="/api/alerts", tags=["alerts"])


class OfficerCallBody(Body):
    """An officer who was called, and the state of the call."""

    id: str
    """The officer's id."""
    name: str
    """The officer's name."""
    role: Role
    """The officer's role."""
    division: str
    """The division that the officer is responsible for."""
    deputy_of: str | None
    """The principal whose deputy this officer is; null for a principal."""
    called_at: datetime
    """When the officer was called."""
    state: CallState
    """Whether the officer was called, has confirmed, or could not be woken."""
    confirmed_at: datetime | None
    """When the officer confirmed; null if they have not."""
    channel: str | None
    """The channel of the confirmation."""
    told_above_at: datetime | None
    """When the tier above was told that this officer could not be woken; null if not told."""
    woken_at: datetime | None
    """When another officer last asked for a new call to this officer; null if nobody did."""
    phone: str | None
    """The first of the officer's phones, in E.164 format; masked for callers of other counties."""

    @classmethod
    def of(cls, called: OfficerCall, home: str) -> Self:
        """Return the JSON body of an officer call, as officers of the division `home` see it."""
        shown = {**vars(called), "id": called.officer}
        if called.phone is not None and not sees_officers_phone(home, called.division):
            shown["phone"] = mask_phone(called.phone)
        return cls(**shown)


@router.get("/{alert_id}/officers")
async def get_officers(
    alert_id: RowId, caller: Caller, runtime: RuntimeDep, division: DivisionCode | None = None
) -> list[OfficerCallBody]:
    """List the officers called, unconfirmed first, then by tier from the highest."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> list[OfficerCall]:
        alert_for(db, alert_id, caller)
        return calls_within(db, alert_id, scope, runtime.policy.officer)

    called = await runtime.database.read(look)
    return [OfficerCallBody.of(each, caller.division) for each in called]


@router.post("/{alert_id}/officers/{officer_id}/wake", openapi_extra=allows(Act.REMIND, 409))
async def post_wake(
    alert_id: RowId,
    officer_id: Annotated[OfficerId, Path(description="The id of the officer to call again.")],
    caller: Caller,
    runtime: RuntimeDep,
    idempotency_key: Annotated[str | None, Header(min_length=8, max_length=80)] = None,
) -> OfficerCallBody:
    """Text and call an unwoken officer again, once per Idempotency-Key.

    A 409 gives the reason why the officer may not be called again now.
    """
    called = await wake_officer(runtime, caller, alert_id, officer_id, idempotency_key)
    return OfficerCallBody.of(called, caller.division)
