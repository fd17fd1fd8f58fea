"""What Twilio calls: texts that came in, and what became of those that went out."""

from typing import Final

from fastapi import APIRouter, Response, status

from alerting.api.callbacks import SignedForm, error_code_of, field_of, sender_of, twiml
from alerting.api.callers import Working
from alerting.api.incoming import take_text
from alerting.services.acknowledge import Text
from alerting.services.record_receipt import record_receipt

router = APIRouter(prefix="/twilio", include_in_schema=False)

_NOTHING_TO_SAY: Final = "<Response/>"
"""Answers are deliveries of the ledger, so that each is tracked; none rides on the webhook."""


@router.post("/sms")
async def sms(form: SignedForm, desk: Working) -> Response:
    """Take a text in: an answer, an officer's word, or an informant's alert."""
    text = Text(
        provider_id=field_of(form, "MessageSid"),
        sender=sender_of(form),
        body=form.get("Body", ""),
        received_at=desk.clock.now(),
    )
    await take_text(desk, text)
    return twiml(_NOTHING_TO_SAY)


@router.post("/status", status_code=status.HTTP_204_NO_CONTENT)
async def message_status(form: SignedForm, attempt: str, desk: Working) -> None:
    """Take the status callback of one attempt."""
    await record_receipt(
        desk,
        attempt,
        field_of(form, "MessageSid"),
        field_of(form, "MessageStatus"),
        error_code_of(form),
    )
