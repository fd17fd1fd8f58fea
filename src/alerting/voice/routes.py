"""Twilio's webhooks for phone calls: they ask what to say, and report keys and statuses."""

from typing import Final
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Request, Response, status
from twilio.twiml.voice_response import Gather, VoiceResponse

from alerting.access.callers import RuntimeDep
from alerting.access.openapi import FORM
from alerting.channels.twilio.callbacks import (
    Attempt,
    SignedForm,
    error_code_of,
    field_of,
    sender_of,
    sid_of,
    twiml,
)
from alerting.messages.speech import SpeechKind, SpokenLine, by_voice
from alerting.runtime import Runtime
from alerting.voice.calls import find_call, line_of, record_call_status, said, take_key
from alerting.voice.listening import take_answered_by, take_heard
from alerting.voice.ring_back import no_alert, ring_back
from alerting.voice.rules import Silence
from contacts.people import mask_phone

log = structlog.get_logger()

router = APIRouter(prefix="/twilio", include_in_schema=False)

_WAIT_SECONDS: Final = 5
"""How long to wait for a key after the speech."""


@router.post("/voice", openapi_extra=FORM)
async def picked_up(
    request: Request, form: SignedForm, runtime: RuntimeDep, attempt: Attempt = ""
) -> Response:
    """Say the speech twice to whoever picked up, and listen for a key.

    Machines hear it too, because detection runs during the speech and may mistake a person for a
    machine. At the end, a redirect records that the speech was said. Without `attempt`, somebody
    called the alerting number.
    """
    if not attempt:
        call_sid, caller = field_of(form, "CallSid"), sender_of(form)
        attempt = await ring_back(runtime, call_sid, caller) or ""
        if not attempt:
            log.info("a caller whom no open alert concerns", caller=mask_phone(caller))
            return _tell_whom_to_call(runtime)
    called = await find_call(runtime, attempt)
    if "AnsweredBy" in form:
        # If a provider detects machines before the speech, this request has the result.
        by = field_of(form, "AnsweredBy")
        await take_answered_by(runtime, attempt, sid_of(form, "CallSid"), by)
    line = line_of(runtime, called)
    if isinstance(line, Silence):
        return _hang_up(VoiceResponse())
    document = VoiceResponse()
    for _ in range(2):
        document.append(_question(line, _address(request, "keys", attempt)))
    document.redirect(_address(request, "heard", attempt))
    return _hang_up(document)


@router.post("/keys", openapi_extra=FORM)
async def key_pressed(
    request: Request, form: SignedForm, attempt: Attempt, runtime: RuntimeDep, again: bool = False
) -> Response:
    """Record a key and say thanks; after a key without meaning, say the speech once more."""
    called = await find_call(runtime, attempt)
    answer = await take_key(runtime, called, sid_of(form, "CallSid"), field_of(form, "Digits"))
    document = VoiceResponse()
    if answer is not None:
        _say(document, answer)
    elif not again and not isinstance(line := line_of(runtime, called), Silence):
        _say(document, said(called, SpeechKind.AGAIN))
        document.append(_question(line, _address(request, "keys", attempt, again="true")))
        document.redirect(_address(request, "heard", attempt))
    return _hang_up(document)


@router.post("/heard", openapi_extra=FORM)
async def heard_to_the_end(form: SignedForm, attempt: Attempt, runtime: RuntimeDep) -> Response:
    """Record that the whole speech was said and no key was pressed."""
    await take_heard(runtime, attempt, sid_of(form, "CallSid"))
    return _hang_up(VoiceResponse())


@router.post("/answered-by", status_code=status.HTTP_204_NO_CONTENT, openapi_extra=FORM)
async def machine_detected(form: SignedForm, attempt: Attempt, runtime: RuntimeDep) -> None:
    """Record whether machine detection heard a person or a machine."""
    by = field_of(form, "AnsweredBy")
    await take_answered_by(runtime, attempt, sid_of(form, "CallSid"), by)


@router.post("/call-status", status_code=status.HTTP_204_NO_CONTENT, openapi_extra=FORM)
async def call_status(form: SignedForm, attempt: Attempt, runtime: RuntimeDep) -> None:
    """Record a status callback for an attempt at a phone call; it may say who answered."""
    call_sid = sid_of(form, "CallSid")
    by = field_of(form, "AnsweredBy") if "AnsweredBy" in form else ""
    await record_call_status(
        runtime, attempt, call_sid, field_of(form, "CallStatus"), by, error_code_of(form)
    )
    if by:
        await take_answered_by(runtime, attempt, call_sid, by)


def _tell_whom_to_call(runtime: Runtime) -> Response:
    document = VoiceResponse()
    for line in no_alert(runtime):
        _say(document, line)
    return _hang_up(document)


def _question(line: SpokenLine, address: str) -> Gather:
    question = Gather(num_digits=1, timeout=_WAIT_SECONDS, action=address, method="POST")
    _say(question, line)
    return question


def _say(to: VoiceResponse | Gather, line: SpokenLine) -> None:
    for locale, words in by_voice(line):
        to.say(words, language=locale)


def _hang_up(document: VoiceResponse) -> Response:
    document.hangup()
    return twiml(str(document))


def _address(request: Request, name: str, attempt: Attempt, **more: str) -> str:
    query = urlencode({"attempt": attempt} | more)
    return f"{request.app.state.public_url}/twilio/{name}?{query}"
