"""Alerts corrected over HTTP: updated, cancelled, and given the all-clear."""

from datetime import datetime, timedelta

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from alerting.api.bodies import AlertBody
from alerting.api.callers import Caller, Working
from alerting.core.changes import Changes
from alerting.services.all_clear import give_all_clear
from alerting.services.correct import cancel, correct
from alerting.services.desk import Desk
from alerting.storage.alerts import StoredAlert
from alerting.storage.corrections import Owed

router = APIRouter(prefix="/api/alerts", tags=["alerts"])


class CancelBody(BaseModel):
    """Why an alert is cancelled; it is kept in the log."""

    model_config = ConfigDict(extra="forbid")

    reason: str = ""


class CorrectionBody(BaseModel):
    """Who is owed the correction, counted from what was stored, and when the last one leaves."""

    recipients: int
    texts: int
    segments: int
    predicted_finish: datetime


class CorrectedBody(AlertBody):
    """An alert as it now reads, and whom that is told to."""

    correction: CorrectionBody


@router.post("/{alert_id}/cancel")
async def post_cancel(
    alert_id: int, body: CancelBody, caller: Caller, desk: Working
) -> CorrectedBody:
    """Cancel an alert, and tell exactly those who may have got it."""
    cancelled = await cancel(desk, caller, alert_id, body.reason)
    return _corrected(desk, cancelled.alert, cancelled.owed)


@router.post("/{alert_id}/update")
async def post_update(
    alert_id: int, changes: Changes, caller: Caller, desk: Working
) -> CorrectedBody:
    """Change fields of an alert, and tell exactly those who may have got it."""
    corrected = await correct(desk, caller, alert_id, changes)
    return _corrected(desk, corrected.alert, corrected.owed)


@router.post("/{alert_id}/all-clear")
async def post_all_clear(alert_id: int, caller: Caller, desk: Working) -> CorrectedBody:
    """Permit return, and tell everybody who was called out."""
    cleared = await give_all_clear(desk, caller, alert_id)
    return _corrected(desk, cleared.alert, cleared.owed)


def _corrected(desk: Desk, alert: StoredAlert, owed: Owed) -> CorrectedBody:
    duration = timedelta(seconds=owed.segments / desk.policy.sending.segments_per_second)
    correction = CorrectionBody(
        recipients=owed.recipients,
        texts=owed.texts,
        segments=owed.segments,
        predicted_finish=desk.clock.now() + duration,
    )
    return CorrectedBody(**AlertBody.of(alert).model_dump(), correction=correction)
