"""Sending an alert again to the silent over HTTP: counted first, then owed."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict

from alerting.api.bodies import AlertId
from alerting.api.callers import Caller, Working
from alerting.services.send_again import SentAgain, preview_again, send_again
from contacts.division import DivisionCode

router = APIRouter(prefix="/api/alerts", tags=["alerts"])


class SendAgainBody(BaseModel):
    """Where the alert is sent again to those who are silent."""

    model_config = ConfigDict(extra="forbid")

    division: DivisionCode


class SentAgainBody(BaseModel):
    """Whom a reminder is owed to, one text each; `people` are those unaccounted among them."""

    households: int
    people: int
    segments: int
    waiting: int
    """Silent households left out: a text waits for them already."""
    unreachable: int
    """Silent households left out: no text reaches them."""
    predicted_finish: datetime

    @classmethod
    def of(cls, sent: SentAgain) -> Self:
        """Return the body for what was, or would be, sent."""
        return cls(**vars(sent.counted), predicted_finish=sent.finish)


@router.get("/{alert_id}/send-again")
async def get_send_again(
    alert_id: AlertId, division: DivisionCode, caller: Caller, desk: Working
) -> SentAgainBody:
    """Count whom sending again would reach now; nothing is sent."""
    return SentAgainBody.of(await preview_again(desk, caller, alert_id, division))


@router.post("/{alert_id}/send-again")
async def post_send_again(
    alert_id: AlertId,
    body: SendAgainBody,
    caller: Caller,
    desk: Working,
    idempotency_key: Annotated[str | None, Header(min_length=8, max_length=80)] = None,
) -> SentAgainBody:
    """Owe a reminder to everybody silent in a division; once for each Idempotency-Key."""
    return SentAgainBody.of(
        await send_again(desk, caller, alert_id, body.division, idempotency_key)
    )
