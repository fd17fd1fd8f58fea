"""What Twilio calls: texts that came in, and what became of those that went out."""

from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, HTTPException, Request, Response, status
from twilio.request_validator import RequestValidator

from alerting.api.callers import Working
from alerting.core.reply import read_raise
from alerting.services.acknowledge import Text, acknowledge
from alerting.services.raise_alert import raise_by_text
from alerting.services.record_receipt import record_receipt
from contacts.phone import parse_phone

router = APIRouter(prefix="/twilio", include_in_schema=False)

_NOTHING_TO_SAY: Final = "<Response/>"
"""Answers are deliveries of the ledger, so that each is tracked; none rides on the webhook."""


async def signed_form(request: Request) -> dict[str, str]:
    """Return the fields of a callback that Twilio has signed.

    Raises:
        HTTPException: 403, if the signature is not that of this account over the public URL.
    """
    form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    validator: RequestValidator = request.app.state.validator
    query = f"?{request.url.query}" if request.url.query else ""
    url = f"{request.app.state.public_url}{request.url.path}{query}"
    if not validator.validate(url, form, request.headers.get("x-twilio-signature", "")):
        raise HTTPException(
            status.HTTP_403_FORBIDDEN,
            "X-Twilio-Signature: it does not fit; check ALERTING_PUBLIC_URL and the auth token",
        )
    return form


SignedForm = Annotated[dict[str, str], Depends(signed_form)]


@router.post("/sms")
async def sms(form: SignedForm, desk: Working) -> Response:
    """Take a text in: an answer, an officer's word, or an informant's alert."""
    text = Text(
        provider_id=_field(form, "MessageSid"),
        sender=_phone(form, "From"),
        body=form.get("Body", ""),
        received_at=desk.clock.now(),
    )
    hazard = read_raise(text.body)
    raised = hazard is not None and await raise_by_text(
        desk, text.provider_id, text.sender, text.body, hazard
    )
    if not raised:
        await acknowledge(desk, text)
    return Response(_NOTHING_TO_SAY, media_type="text/xml")


@router.post("/status", status_code=status.HTTP_204_NO_CONTENT)
async def message_status(form: SignedForm, attempt: str, desk: Working) -> None:
    """Take the status callback of one attempt."""
    code = form.get("ErrorCode", "")
    await record_receipt(
        desk,
        attempt,
        _field(form, "MessageSid"),
        _field(form, "MessageStatus"),
        int(code) if code.isdigit() else None,
    )


def _field(form: dict[str, str], name: str) -> str:
    try:
        return form[name]
    except KeyError:
        raise HTTPException(422, f"{name}: it is missing") from None


def _phone(form: dict[str, str], name: str) -> str:
    try:
        return parse_phone(_field(form, name))
    except ValueError as wrong:
        raise HTTPException(422, f"{name}: {wrong}") from None
