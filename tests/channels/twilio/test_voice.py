"""Calls through Twilio's API, beyond the contract tests of all channels."""

from datetime import timedelta

from aiohttp import web

from alerting.channels.twilio.voice import TwilioVoice
from alerting.deliveries.channel import Message
from alerting.deliveries.rules.delivery import OutcomeKind
from alerting.runtime import wall_clock
from tests.channels.contract_twilio import serving
from tests.support.gateway import ACCOUNT, TOKEN, Gateway
from tests.support.owed_calls import nobodys_phone

PUBLIC = "http://127.0.0.1:9"


def channel_to(url: str, caller: str) -> TwilioVoice:
    ring, within = timedelta(seconds=25), timedelta(seconds=20)
    return TwilioVoice(ACCOUNT, TOKEN, caller, url, PUBLIC, 4, ring, within)


def message() -> Message:
    return Message(nobodys_phone(), "zh-CN 立即撤离", "token with/odd&characters", 3600)


async def test_call_request_has_speech_and_callback_urls() -> None:
    asked: list[tuple[str, list[str]]] = []

    async def create(request: web.Request) -> web.Response:
        form = await request.post()
        asked.extend((name, [str(value) for value in form.getall(name)]) for name in set(form))
        return web.json_response({"sid": "CA1"}, status=201)

    sought = message()
    async with serving(create) as url:
        channel = channel_to(url, "+8610000000100")
        answer = await channel.send(sought)
        await channel.close()
    assert (answer.kind, answer.provider_id) == (OutcomeKind.ACCEPTED, "CA1")
    token = "attempt=token+with%2Fodd%26characters"
    assert dict(asked) == {
        "To": [sought.to],
        "From": ["+8610000000100"],
        "Url": [f"{PUBLIC}/twilio/voice?{token}"],
        "StatusCallback": [f"{PUBLIC}/twilio/call-status?{token}"],
        "StatusCallbackEvent": ["answered", "completed"],
        "MachineDetection": ["Enable"],
        "AsyncAmd": ["true"],
        "AsyncAmdStatusCallback": [f"{PUBLIC}/twilio/answered-by?{token}"],
        "Timeout": ["25"],
    }


async def test_look_up_does_not_match_another_callers_call(gateway: Gateway) -> None:
    sought, since = message(), wall_clock()
    ours, theirs = (channel_to(gateway.url, gateway.sender()) for _ in range(2))
    assert (await theirs.send(sought)).kind is OutcomeKind.ACCEPTED
    assert (await ours.look_up(sought, since)).kind is OutcomeKind.REFUSED
    for channel in (ours, theirs):
        await channel.close()
