"""Calls through the SDK: every failure is an answer, and a lost answer can be looked up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from alerting.channels.base import Message
from alerting.channels.twilio_voice import TwilioVoice
from alerting.clock import wall_clock
from alerting.core.delivery import Failure, OutcomeKind
from tests.calling import nobodys_phone
from tests.gateway import ACCOUNT, TOKEN, Gateway

PUBLIC = "http://127.0.0.1:9"
MESSAGE = Message("+8610002080001", "zh-CN 立即撤离", "token with/odd&characters", 3600)


def unique() -> Message:
    return replace(MESSAGE, to=nobodys_phone())


@asynccontextmanager
async def channel_to(url: str, sender: str, token: str = TOKEN) -> AsyncIterator[TwilioVoice]:
    ring = timedelta(seconds=25)
    channel = TwilioVoice(ACCOUNT, token, sender, url, PUBLIC, 4, ring)
    yield channel
    await channel.close()


@pytest.fixture
async def channel(gateway: Gateway) -> AsyncIterator[TwilioVoice]:
    async with channel_to(gateway.url, gateway.sender()) as channel:
        yield channel
    gateway.set_faults()


async def test_a_call_says_where_its_text_is_and_where_its_news_go() -> None:
    asked: list[tuple[str, list[str]]] = []

    async def create(request: web.Request) -> web.Response:
        form = await request.post()
        asked.extend((name, [str(value) for value in form.getall(name)]) for name in set(form))
        return web.json_response({"sid": "CA1"}, status=201)

    app = web.Application()
    app.router.add_post("/{path:.*}", create)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with channel_to(f"http://127.0.0.1:{runner.addresses[0][1]}", "+8610000000100") as voice:
        answer = await voice.send(MESSAGE)
    await runner.cleanup()
    assert (answer.kind, answer.provider_id) == (OutcomeKind.ACCEPTED, "CA1")
    token = "attempt=token+with%2Fodd%26characters"
    assert dict(asked) == {
        "To": [MESSAGE.to],
        "From": ["+8610000000100"],
        "Url": [f"{PUBLIC}/twilio/voice?{token}"],
        "StatusCallback": [f"{PUBLIC}/twilio/call-status?{token}"],
        "StatusCallbackEvent": ["answered", "completed"],
        "MachineDetection": ["Enable"],
        "Timeout": ["25"],
    }


@pytest.mark.parametrize("to", ["+861", "not a number"])
async def test_a_number_that_cannot_be_is_never_tried_again(channel: TwilioVoice, to: str) -> None:
    answer = await channel.send(replace(MESSAGE, to=to))
    assert answer.kind is OutcomeKind.REFUSED
    assert (answer.failure, answer.error_code) == (Failure.NEVER, 21211)


@pytest.mark.parametrize(
    ("fault", "kind", "failure"),
    [
        ("http_429", OutcomeKind.REFUSED, Failure.RETRY),
        ("http_500", OutcomeKind.UNKNOWN, Failure.UNKNOWN),
        ("http_503", OutcomeKind.UNKNOWN, Failure.UNKNOWN),
        ("accept_then_hang_up", OutcomeKind.UNKNOWN, Failure.UNKNOWN),
        ("dead", OutcomeKind.UNKNOWN, Failure.UNKNOWN),
    ],
)
async def test_each_fault_is_an_answer(
    channel: TwilioVoice, gateway: Gateway, fault: str, kind: OutcomeKind, failure: Failure
) -> None:
    gateway.set_faults({"kind": fault})
    answer = await channel.send(unique())
    assert (answer.kind, answer.failure) == (kind, failure)


async def test_a_call_whose_answer_was_lost_is_found(
    channel: TwilioVoice, gateway: Gateway
) -> None:
    message, tried_at = unique(), wall_clock()
    gateway.set_faults({"kind": "accept_then_hang_up"})
    assert (await channel.send(message)).kind is OutcomeKind.UNKNOWN
    found = await channel.look_up(message, tried_at)
    assert found.kind is OutcomeKind.ACCEPTED
    assert found.provider_id
    assert found.provider_id.startswith("CA")


async def test_a_call_that_was_never_taken_is_tried_once_more(
    channel: TwilioVoice, gateway: Gateway
) -> None:
    message, tried_at = unique(), wall_clock()
    await channel.send(message)
    gateway.set_faults({"kind": "http_500", "count": 1})
    other, later = unique(), tried_at + timedelta(seconds=3)
    assert (await channel.send(other)).kind is OutcomeKind.UNKNOWN
    for sought, since in ((other, tried_at), (message, later)):
        answer = await channel.look_up(sought, since)
        assert (answer.kind, answer.failure) == (OutcomeKind.REFUSED, Failure.RETRY)


async def test_another_senders_call_is_not_ours(channel: TwilioVoice, gateway: Gateway) -> None:
    message, tried_at = unique(), wall_clock()
    await channel.send(message)
    async with channel_to(gateway.url, gateway.sender()) as other:
        assert (await other.look_up(message, tried_at)).kind is OutcomeKind.REFUSED


async def test_it_stays_unknown_while_nobody_can_be_asked(
    channel: TwilioVoice, gateway: Gateway
) -> None:
    gateway.set_faults({"kind": "dead"})
    answer = await channel.look_up(unique(), wall_clock())
    assert (answer.kind, answer.failure) == (OutcomeKind.UNKNOWN, Failure.UNKNOWN)
