"""What Twilio asks and tells of a call: what to say, which key was pressed, how it ended."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response, status
from twilio.twiml.voice_response import Gather, VoiceResponse

from alerting.access.callers import RuntimeDep
from alerting.channels.twilio.callbacks import SignedForm, error_code_of, field_of, twiml
from alerting.messages.speech import SpeechKind, SpokenLine
from alerting.voice.calls import find_call, lines_of, record_call_status, said, take_heard, take_key
from alerting.voice.rules import Silence, is_person

router = APIRouter(prefix="/twilio", include_in_schema=False)

_WAIT_SECONDS: Final = 5
"""How long a key is waited for once all is said."""


@router.post("/voice")
async def picked_up(
    request: Request, form: SignedForm, attempt: str, runtime: RuntimeDep
) -> Response:
    """Say the text to whoever picked up, twice, and listen for a key.

    It is said to a machine as well, which may be a person whom the detection missed; but only a
    person is asked for at the end, so that no voicemail counts as reached.
    """
    lines = lines_of(runtime, await find_call(runtime, attempt))
    if isinstance(lines, Silence):
        return _hang_up(VoiceResponse())
    document = VoiceResponse()
    for _ in range(2):
        document.append(_question(lines, _address(request, "keys", attempt)))
    if is_person(form.get("AnsweredBy")):
        document.redirect(_address(request, "heard", attempt))
    return _hang_up(document)


@router.post("/keys")
async def key_pressed(
    request: Request, form: SignedForm, attempt: str, runtime: RuntimeDep, again: bool = False
) -> Response:
    """Take a key in and thank for it; after one that means nothing say the text once more."""
    called = await find_call(runtime, attempt)
    answer = await take_key(runtime, called, field_of(form, "CallSid"), field_of(form, "Digits"))
    document = VoiceResponse()
    if answer is not None:
        _say(document, answer)
    elif not again and not isinstance(lines := lines_of(runtime, called), Silence):
        _say(document, said(called, SpeechKind.AGAIN))
        document.append(_question(lines, _address(request, "keys", attempt, again="true")))
        # Whoever presses a key is a person.
        document.redirect(_address(request, "heard", attempt))
    return _hang_up(document)


@router.post("/heard")
async def heard_to_the_end(form: SignedForm, attempt: str, runtime: RuntimeDep) -> Response:
    """Record that a person heard all of it and pressed nothing."""
    await take_heard(runtime, await find_call(runtime, attempt), field_of(form, "CallSid"))
    return _hang_up(VoiceResponse())


@router.post("/call-status", status_code=status.HTTP_204_NO_CONTENT)
async def call_status(form: SignedForm, attempt: str, runtime: RuntimeDep) -> None:
    """Take the status callback of one attempt at a call."""
    await record_call_status(
        runtime,
        attempt,
        field_of(form, "CallSid"),
        field_of(form, "CallStatus"),
        form.get("AnsweredBy", ""),
        error_code_of(form),
    )


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


def _address(request: Request, name: str, attempt: str, **more: str) -> str:
    query = urlencode({"attempt": attempt} | more)
    return f"{request.app.state.public_url}/twilio/{name}?{query}"
