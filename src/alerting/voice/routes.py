"""Twilio's webhooks of a call: what to say, the key pressed, the status."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response, status
from twilio.twiml.voice_response import Gather, VoiceResponse

from alerting.access.callers import RuntimeDep
from alerting.channels.twilio.callbacks import (
    Attempt,
    SignedForm,
    error_code_of,
    field_of,
    sender_of,
    sid_of,
    twiml,
)
from alerting.messages.speech import SpeechKind, SpokenLine
from alerting.voice.calls import find_call, lines_of, record_call_status, said, take_heard, take_key
from alerting.voice.ring_back import no_alert, ring_back
from alerting.voice.rules import Silence, is_person

router = APIRouter(prefix="/twilio", include_in_schema=False)

_WAIT_SECONDS: Final = 5
"""Time to wait for a key after the text has been said."""


@router.post("/voice")
async def picked_up(
    request: Request, form: SignedForm, runtime: RuntimeDep, attempt: Attempt = ""
) -> Response:
    """Say the text twice to the person or machine that picked up, and listen for a key.

    A machine hears it too, because detection may have missed a person. Only for a person does a
    redirect record at the end that the text was heard, so that no voicemail counts as reached.
    Without an attempt, somebody called the alerting number.
    """
    rings_us = not attempt
    if rings_us:
        call_sid, caller = field_of(form, "CallSid"), sender_of(form)
        attempt = await ring_back(runtime, call_sid, caller) or ""
        if not attempt:
            return _tell_whom_to_call()
    lines = lines_of(runtime, await find_call(runtime, attempt))
    if isinstance(lines, Silence):
        return _hang_up(VoiceResponse())
    document = VoiceResponse()
    for _ in range(2):
        document.append(_question(lines, _address(request, "keys", attempt)))
    if rings_us or is_person(form.get("AnsweredBy")):
        document.redirect(_address(request, "heard", attempt))
    return _hang_up(document)


@router.post("/keys")
async def key_pressed(
    request: Request, form: SignedForm, attempt: Attempt, runtime: RuntimeDep, again: bool = False
) -> Response:
    """Record a key and thank for it; after a key without meaning, say the text once more."""
    called = await find_call(runtime, attempt)
    answer = await take_key(runtime, called, sid_of(form, "CallSid"), field_of(form, "Digits"))
    document = VoiceResponse()
    if answer is not None:
        _say(document, answer)
    elif not again and not isinstance(lines := lines_of(runtime, called), Silence):
        _say(document, said(called, SpeechKind.AGAIN))
        document.append(_question(lines, _address(request, "keys", attempt, again="true")))
        # Only a person presses a key.
        document.redirect(_address(request, "heard", attempt))
    return _hang_up(document)


@router.post("/heard")
async def heard_to_the_end(form: SignedForm, attempt: Attempt, runtime: RuntimeDep) -> Response:
    """Record that a person heard the whole text and pressed no key."""
    await take_heard(runtime, await find_call(runtime, attempt), sid_of(form, "CallSid"))
    return _hang_up(VoiceResponse())


@router.post("/call-status", status_code=status.HTTP_204_NO_CONTENT)
async def call_status(form: SignedForm, attempt: Attempt, runtime: RuntimeDep) -> None:
    """Record the status callback of one attempt at a call."""
    await record_call_status(
        runtime,
        attempt,
        sid_of(form, "CallSid"),
        field_of(form, "CallStatus"),
        form.get("AnsweredBy", ""),
        error_code_of(form),
    )


def _tell_whom_to_call() -> Response:
    document = VoiceResponse()
    _say(document, no_alert())
    return _hang_up(document)


def _question(lines: Sequence[SpokenLine], address: str) -> Gather:
    question = Gather(num_digits=1, timeout=_WAIT_SECONDS, action=address, method="POST")
    _say(question, lines)
    return question


def _say(to: VoiceResponse | Gather, lines: Sequence[SpokenLine]) -> None:
    for locale, words in lines:
        to.say(words, language=locale)


def _hang_up(document: VoiceResponse) -> Response:
    document.hangup()
    return twiml(str(document))


def _address(request: Request, name: str, attempt: Attempt, **more: str) -> str:
    query = urlencode({"attempt": attempt} | more)
    return f"{request.app.state.public_url}/twilio/{name}?{query}"
