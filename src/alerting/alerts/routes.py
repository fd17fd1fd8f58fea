"""HTTP routes for alerts: preview, raise, widen, read, update, cancel, close, all-clear."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response, status
from pydantic import ConfigDict
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import allows
from alerting.access.rules import ASKING, Act, roles_for
from alerting.access.scope import alert_for, scope_for
from alerting.alerts.close import close, give_all_clear
from alerting.alerts.correct import cancel, correct
from alerting.alerts.overview import Breakdown, breakdown, listed, overview
from alerting.alerts.preview import preview_alert
from alerting.alerts.raise_alert import Raised, raise_alert
from alerting.alerts.schemas import (
    AlertStateBody,
    ListedAlertBody,
    ObstacleBody,
    PreviewBody,
    RaisedBody,
    WidenBody,
    allowed_actions,
)
from alerting.approvals.widen import Widened, widen
from alerting.cap.alert import AlertRequest
from alerting.cap.changes import Changes
from alerting.cap.lifecycle import AlertState
from alerting.database.tables import RowId
from alerting.deliveries.corrections import Owed
from alerting.deliveries.routes import ProgressBody
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.schemas import AlertBody
from alerting.roll.rules.tally import is_clear
from alerting.roll.schemas import CountsBody, DivisionTallyBody, TallyBody
from contacts.bounds import Body, Note
from contacts.division import DivisionCode

router = APIRouter(prefix="/api/alerts", tags=["alerts"])

_LIST_LIMIT = 200


@router.post("/preview", openapi_extra=allows(Act.RAISE))
async def post_preview(request: AlertRequest, caller: Caller, runtime: RuntimeDep) -> PreviewBody:
    """Count an alert's audience, show its texts and forecast its sending; nothing is sent."""
    preview = await preview_alert(runtime, caller, request)
    return PreviewBody.of(preview, runtime.policy.sending.currency)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses={status.HTTP_200_OK: {"model": RaisedBody, "description": "It was raised before"}},
    openapi_extra=allows(Act.RAISE, 409, 429),
)
async def post_alert(
    request: AlertRequest,
    caller: Caller,
    runtime: RuntimeDep,
    response: Response,
    idempotency_key: Annotated[str | None, Header(min_length=8, max_length=80)] = None,
    again: Annotated[
        bool,
        Query(
            description="Raise it though an alert for the same hazard point is open; an exercise "
            "where an actual alert is open is refused all the same."
        ),
    ] = False,
) -> RaisedBody:
    """Raise an alert; a repeat with the same Idempotency-Key returns the first alert (200)."""
    raised = await raise_alert(runtime, caller, request, idempotency_key, again=again)
    if raised.reached is None:
        response.status_code = status.HTTP_200_OK
    return _raised(raised)


@router.get("")
async def get_alerts(caller: Caller, runtime: RuntimeDep) -> list[ListedAlertBody]:
    """List the newest alerts that touch the caller's division, with counts over that division."""
    found = await runtime.database.read(lambda db: listed(db, caller.division, _LIST_LIMIT))
    now = runtime.clock.now()
    return [
        ListedAlertBody.on_list(each, allowed_actions(each.alert, caller, now)) for each in found
    ]


@router.get("/{alert_id}")
async def get_alert(alert_id: RowId, caller: Caller, runtime: RuntimeDep) -> AlertStateBody:
    """Return the current state of an alert, with counts over the caller's division."""
    rules = runtime.policy.closing
    seen = await runtime.database.read(lambda db: overview(db, alert_id, caller, rules))
    asked = seen.alert.request
    return AlertStateBody(
        **AlertBody.of(seen.alert).model_dump(),
        description=asked.description,
        instruction=asked.instruction,
        assembly_point=asked.assembly_point,
        assembly_point_here=seen.assembly_point,
        hazard_location=asked.hazard_location,
        geometry=asked.area.drawn,
        circles=asked.area.circles,
        hazard_point=asked.area.hazard_point,
        area_name=asked.area.name,
        counts=CountsBody.of(seen.tally),
        deliveries=[ProgressBody.model_validate(each) for each in seen.progress],
        officers_confirmed=seen.officers_confirmed,
        not_clear=[ObstacleBody.model_validate(each) for each in is_clear(seen.tally, seen.checks)],
        allowed_actions=allowed_actions(seen.alert, caller, runtime.clock.now()),
    )


@router.get("/{alert_id}/tally")
async def get_tally(
    alert_id: RowId, caller: Caller, runtime: RuntimeDep, division: DivisionCode | None = None
) -> TallyBody:
    """Return the tallies of a division and of the divisions one tier below it."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> Breakdown:
        alert_for(db, alert_id, caller)
        return breakdown(db, alert_id, scope)

    seen = await runtime.database.read(look)
    return TallyBody(
        **DivisionTallyBody.of_division(seen.division, seen.tally).model_dump(),
        children=[DivisionTallyBody.of_division(part, tally) for part, tally in seen.parts],
    )


@router.post("/{alert_id}/widen", openapi_extra=allows(ASKING | roles_for(Act.WIDEN), 409))
async def post_widen(
    alert_id: RowId, body: WidenBody, caller: Caller, runtime: RuntimeDep
) -> RaisedBody:
    """Add an area to an open alert, or ask for its approval; nobody is alerted twice."""
    return _raised(await widen(runtime, caller, alert_id, body.area))


@router.post("/{alert_id}/close", openapi_extra=allows(Act.CLOSE, 409))
async def post_close(alert_id: RowId, caller: Caller, runtime: RuntimeDep) -> dict[str, AlertState]:
    """Close an alert whose area is zero-unaccounted; otherwise answer 409 with every reason."""
    return {"state": await close(runtime, caller, alert_id)}


def _raised(done: Raised | Widened) -> RaisedBody:
    return RaisedBody.after(done.alert, done.reached, done.waiting)


corrections_router = APIRouter(prefix="/api/alerts", tags=["alerts"])


class CancelBody(Body):
    """The reason for a cancellation; the log keeps it."""

    model_config = ConfigDict(extra="forbid")

    reason: Note = ""
    """Why the alert is cancelled; it must not be empty."""


class CorrectionBody(Body):
    """The number of recipients and texts of a correction, and when sending will finish."""

    recipients: int
    """Number of households and officers who get a text."""
    texts: int
    """Number of texts to send."""
    segments: int
    """Number of text segments; providers charge per segment."""
    predicted_finish: datetime
    """When the last text is expected to be sent."""


class CorrectedBody(AlertBody):
    """An alert after its correction, and the counts of correction texts."""

    correction: CorrectionBody
    """Counts of the texts that announce the correction."""


@corrections_router.post("/{alert_id}/cancel", openapi_extra=allows(Act.CORRECT, 409))
async def post_cancel(
    alert_id: RowId, body: CancelBody, caller: Caller, runtime: RuntimeDep
) -> CorrectedBody:
    """Cancel an alert, and inform exactly the recipients who may have received it."""
    cancelled = await cancel(runtime, caller, alert_id, body.reason)
    return _corrected(cancelled.alert, cancelled.owed)


@corrections_router.post("/{alert_id}/update", openapi_extra=allows(Act.CORRECT, 409))
async def post_update(
    alert_id: RowId, changes: Changes, caller: Caller, runtime: RuntimeDep
) -> CorrectedBody:
    """Change fields of an alert, and inform exactly the recipients who may have received it."""
    corrected = await correct(runtime, caller, alert_id, changes)
    return _corrected(corrected.alert, corrected.owed)


@corrections_router.post("/{alert_id}/all-clear", openapi_extra=allows(Act.ALL_CLEAR, 409))
async def post_all_clear(alert_id: RowId, caller: Caller, runtime: RuntimeDep) -> CorrectedBody:
    """Give the all-clear, and inform everybody who was told to evacuate."""
    cleared = await give_all_clear(runtime, caller, alert_id)
    return _corrected(cleared.alert, cleared.owed)


def _corrected(alert: StoredAlert, owed: Owed) -> CorrectedBody:
    correction = CorrectionBody(
        recipients=owed.recipients,
        texts=owed.texts,
        segments=owed.segments,
        predicted_finish=owed.finish,
    )
    return CorrectedBody(**AlertBody.of(alert).model_dump(), correction=correction)
