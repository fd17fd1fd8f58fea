"""Routes that send an alert again, to all silent households or to one household."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, status

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import allows
from alerting.access.rules import Act
from alerting.database.tables import RowId
from alerting.reminders.ask import ask_household
from alerting.reminders.schemas import AskBody, SendAgainBody, SentAgainBody, TryBody
from alerting.reminders.send_again import preview_again, send_again
from contacts.division import DivisionCode, HouseholdCode

households_router = APIRouter(prefix="/api/alerts/{alert_id}", tags=["households"])


@households_router.post(
    "/households/{code}/ask",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=allows(Act.REMIND, 409),
)
async def post_ask(
    alert_id: RowId,
    code: Annotated[HouseholdCode, Path()],
    body: AskBody,
    caller: Caller,
    runtime: RuntimeDep,
) -> TryBody:
    """Ask a household once more now; a 409 gives the reason why it may not be asked."""
    asked = await ask_household(runtime, caller, alert_id, code, body.channel)
    return TryBody.of(asked, {caller.id: caller.name})


router = APIRouter(prefix="/api/alerts", tags=["alerts"])


@router.get("/{alert_id}/send-again", openapi_extra=allows(Act.REMIND, 409))
async def get_send_again(
    alert_id: RowId, division: DivisionCode, caller: Caller, runtime: RuntimeDep
) -> SentAgainBody:
    """Count the households that a reminder would reach now, without sending it."""
    return SentAgainBody.of(await preview_again(runtime, caller, alert_id, division))


@router.post("/{alert_id}/send-again", openapi_extra=allows(Act.REMIND, 409))
async def post_send_again(
    alert_id: RowId,
    body: SendAgainBody,
    caller: Caller,
    runtime: RuntimeDep,
    idempotency_key: Annotated[str | None, Header(min_length=8, max_length=80)] = None,
) -> SentAgainBody:
    """Queue a reminder to all silent households in a division, once per Idempotency-Key."""
    return SentAgainBody.of(
        await send_again(runtime, caller, alert_id, body.division, idempotency_key)
    )
