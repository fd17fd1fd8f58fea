"""Alerts over HTTP: raised, widened, watched, confirmed, closed."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Header, Response, status
from sqlalchemy import Connection

from alerting.api.bodies import (
    AlertBody,
    AlertId,
    AlertStateBody,
    CountsBody,
    DivisionTallyBody,
    ListedAlertBody,
    ObstacleBody,
    PreviewBody,
    ProgressBody,
    RaisedBody,
    TallyBody,
    WidenBody,
)
from alerting.api.callers import Caller, Working
from alerting.core.cap import AlertRequest
from alerting.core.lifecycle import AlertState
from alerting.core.tally import is_clear
from alerting.services.close import close
from alerting.services.confirm import confirm_call
from alerting.services.desk import Desk
from alerting.services.preview_alert import preview_alert
from alerting.services.raise_alert import Raised, raise_alert
from alerting.services.widen import Widened, widen
from alerting.storage.alert_list import listed
from alerting.storage.authorised import alert_for, scope_for
from alerting.storage.overview import Breakdown, breakdown, overview
from contacts.division import DivisionCode

router = APIRouter(prefix="/api/alerts", tags=["alerts"])

_LIST_LIMIT = 200


@router.post("/preview")
async def post_preview(request: AlertRequest, caller: Caller, desk: Working) -> PreviewBody:
    """Count whom an alert would reach and predict its sending; nothing is sent."""
    preview = await preview_alert(desk, caller, request)
    return PreviewBody.of(preview, desk.policy.sending.currency)


@router.post("", status_code=status.HTTP_201_CREATED)
async def post_alert(
    request: AlertRequest,
    caller: Caller,
    desk: Working,
    response: Response,
    idempotency_key: Annotated[str | None, Header(min_length=8, max_length=80)] = None,
) -> RaisedBody:
    """Raise an alert; repeated with the same Idempotency-Key it is the same alert (200)."""
    raised = await raise_alert(desk, caller, request, idempotency_key)
    if raised.reached is None:
        response.status_code = status.HTTP_200_OK
    return _raised(desk, raised)


@router.get("")
async def get_alerts(caller: Caller, desk: Working) -> list[ListedAlertBody]:
    """List the newest alerts that have to do with the caller's division, counted over it."""
    found = await desk.database.read(lambda db: listed(db, caller.division, _LIST_LIMIT))
    return [ListedAlertBody.on_list(alert) for alert in found]


@router.get("/{alert_id}")
async def get_alert(alert_id: AlertId, caller: Caller, desk: Working) -> AlertStateBody:
    """Return an alert as it stands, counted over the caller's divisions."""
    seen = await desk.database.read(lambda db: overview(db, alert_id, caller))
    asked = seen.alert.request
    return AlertStateBody(
        **AlertBody.of(seen.alert).model_dump(),
        description=asked.description,
        instruction=asked.instruction,
        assembly_point=asked.assembly_point,
        hazard_location=asked.hazard_location,
        polygon=asked.area.polygon,
        counts=CountsBody.of(seen.tally),
        deliveries=[ProgressBody.of(each) for each in seen.progress],
        officers_confirmed=seen.officers_confirmed,
        not_clear=[ObstacleBody.of(each) for each in is_clear(seen.tally, seen.unspoken)],
    )


@router.get("/{alert_id}/tally")
async def get_tally(
    alert_id: AlertId, caller: Caller, desk: Working, division: DivisionCode | None = None
) -> TallyBody:
    """Count a division and the divisions one tier below it."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> Breakdown:
        alert_for(db, alert_id, caller)
        return breakdown(db, alert_id, scope)

    seen = await desk.database.read(look)
    return TallyBody(
        **DivisionTallyBody.of_division(seen.division, seen.tally).model_dump(),
        children=[DivisionTallyBody.of_division(part, tally) for part, tally in seen.parts],
    )


@router.post("/{alert_id}/confirm", status_code=status.HTTP_204_NO_CONTENT)
async def post_confirm(alert_id: AlertId, caller: Caller, desk: Working) -> None:
    """Confirm that the caller has heard the call (叫应)."""
    await confirm_call(desk, caller, alert_id)


@router.post("/{alert_id}/widen")
async def post_widen(
    alert_id: AlertId, body: WidenBody, caller: Caller, desk: Working
) -> RaisedBody:
    """Add an area to an open alert, or ask for it; nobody whom it reached is reached again."""
    return _raised(desk, await widen(desk, caller, alert_id, body.area))


@router.post("/{alert_id}/close")
async def post_close(alert_id: AlertId, caller: Caller, desk: Working) -> dict[str, AlertState]:
    """Close an alert whose area is zero-unaccounted; otherwise 409 with every reason."""
    return {"state": await close(desk, caller, alert_id)}


def _raised(desk: Desk, done: Raised | Widened) -> RaisedBody:
    segments = done.reached.segments if done.reached else 0
    duration = timedelta(seconds=segments / desk.policy.sending.segments_per_second)
    return RaisedBody.after(done.alert, done.reached, done.waits, desk.clock.now() + duration)
