"""SMS through the SDK: every failure is an answer, and a lost answer can be looked up."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from alerting.channels.base import Answer, Message
from alerting.channels.twilio_sms import TwilioSms
from alerting.clock import wall_clock
from alerting.core.delivery import Failure, OutcomeKind
from tests.gateway import ACCOUNT, TOKEN, Gateway
from tests.running import message_id

MESSAGE = Message("+8610002080001", "立即撤离", "token with/odd&characters", 3600)


def unique(message: Message = MESSAGE) -> Message:
    return replace(message, body=f"{message.body} {message_id()}")


@asynccontextmanager
async def channel_to(url: str, sender: str, token: str = TOKEN) -> AsyncIterator[TwilioSms]:
    channel = TwilioSms(ACCOUNT, token, sender, url, "http://127.0.0.1:9", 4)
    yield channel
    await channel.close()


@pytest.fixture
async def channel(gateway: Gateway) -> AsyncIterator[TwilioSms]:
    async with channel_to(gateway.url, gateway.sender()) as channel:
        yield channel
    gateway.set_faults()


async def test_what_is_accepted_has_the_providers_id(channel: TwilioSms) -> None:
    answer = await channel.send(unique())
    assert answer.kind is OutcomeKind.ACCEPTED
    assert answer.provider_id
    assert answer.provider_id.startswith("SM")
    assert answer.failure is None


@pytest.mark.parametrize(
    ("to", "code"), [("+861", 21211), ("not a number", 21211), ("+862882345678", 21614)]
)
async def test_a_number_that_cannot_be_is_never_tried_again(
    channel: TwilioSms, to: str, code: int
) -> None:
    answer = await channel.send(replace(unique(), to=to))
    assert answer.kind is OutcomeKind.REFUSED
    assert (answer.failure, answer.error_code) == (Failure.NEVER, code)


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
    channel: TwilioSms, gateway: Gateway, fault: str, kind: OutcomeKind, failure: Failure
) -> None:
    gateway.set_faults({"kind": fault})
    answer = await channel.send(unique())
    assert (answer.kind, answer.failure) == (kind, failure)


@pytest.mark.parametrize("validity", [-5, 0, 1, 36_000, 10**9])
async def test_any_validity_is_brought_into_the_providers_bounds(
    channel: TwilioSms, validity: int
) -> None:
    answer = await channel.send(replace(unique(), valid_for=validity))
    assert answer.kind is OutcomeKind.ACCEPTED


async def test_wrong_credentials_are_for_the_operator(gateway: Gateway) -> None:
    async with channel_to(gateway.url, gateway.sender(), "wrong") as channel:
        answer = await channel.send(unique())
    assert (answer.kind, answer.failure) == (OutcomeKind.REFUSED, Failure.PAGE_OPERATOR)
    assert answer.error_code == 20003


async def test_what_was_taken_without_an_answer_is_found(
    channel: TwilioSms, gateway: Gateway
) -> None:
    message, since = unique(), wall_clock()
    gateway.set_faults({"kind": "accept_then_hang_up", "count": 1})
    assert (await channel.send(message)).kind is OutcomeKind.UNKNOWN
    found = await channel.look_up(message, since)
    assert (found.kind, found.failure) == (OutcomeKind.ACCEPTED, None)
    assert found.provider_id


async def test_what_was_never_taken_is_not_found(channel: TwilioSms) -> None:
    sent, since = unique(), wall_clock()
    await channel.send(sent)
    for other in (unique(), replace(sent, to="+8610002080002")):
        answer = await channel.look_up(other, since)
        assert (answer.kind, answer.failure) == (OutcomeKind.REFUSED, Failure.RETRY)


async def test_the_same_text_of_long_before_is_another(channel: TwilioSms) -> None:
    message = unique()
    await channel.send(message)
    answer = await channel.look_up(message, wall_clock() + timedelta(seconds=5))
    assert answer.kind is OutcomeKind.REFUSED


async def test_where_the_provider_cannot_be_asked_it_stays_unknown(
    channel: TwilioSms, gateway: Gateway
) -> None:
    gateway.set_faults({"kind": "dead"})
    answer = await channel.look_up(unique(), wall_clock())
    assert (answer.kind, answer.failure) == (OutcomeKind.UNKNOWN, Failure.UNKNOWN)


async def test_nobody_listens() -> None:
    async with channel_to("http://127.0.0.1:9", "+8610007000000") as channel:
        assert (await channel.send(unique())).kind is OutcomeKind.UNKNOWN
        assert (await channel.look_up(unique(), wall_clock())).kind is OutcomeKind.UNKNOWN


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def answering(status: int, text: str) -> AsyncIterator[str]:
    """A server in the provider's place that answers everything alike, as a broken proxy does."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=text, content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (200, "<html>sign in to this network</html>", OutcomeKind.UNKNOWN),
        (201, "", OutcomeKind.UNKNOWN),
        (201, "[]", OutcomeKind.UNKNOWN),
        (201, "{}", OutcomeKind.UNKNOWN),
        (302, "", OutcomeKind.REFUSED),
        (403, "<html>forbidden</html>", OutcomeKind.REFUSED),
        (404, "[]", OutcomeKind.REFUSED),
        (502, "<html>bad gateway</html>", OutcomeKind.UNKNOWN),
        (504, "", OutcomeKind.UNKNOWN),
    ],
)
async def test_no_answer_however_odd_is_raised(status: int, text: str, kind: OutcomeKind) -> None:
    async with answering(status, text) as url, channel_to(url, "+8610007000000") as channel:
        answers: list[Answer] = [await channel.send(unique())]
        looked_up = await channel.look_up(unique(), wall_clock())
    assert answers[0].kind is kind
    assert answers[0].provider_id is None
    # Only a list that was read says that a text is not there.
    assert looked_up.kind is OutcomeKind.UNKNOWN
