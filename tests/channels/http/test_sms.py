"""SMS through an HTTP gateway, beyond the contract tests of all channels."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web

from alerting.channels.http.sms import HttpSms
from alerting.deliveries.channel import Answer, ChannelClient, Message
from alerting.deliveries.rules.delivery import Failure, GatewayCode, OutcomeKind
from alerting.policy.policy import parse_policy
from alerting.runtime import wall_clock
from tests.channels.contract import PATIENT
from tests.channels.contract_http import GatewayProvider, http_provider, variables
from tests.channels.contract_twilio import serving
from tests.support.owed_calls import nobodys_phone

GET = """
[[gateways]]
name = "own"
url = "{url}/send"
method = "GET"
per_second = 5
price_per_segment = 0.05
query = {{ to = "{{{{ to }}}}", text = "{{{{ text }}}}", key = "{{{{ secret.key }}}}" }}
auth = {{ bearer = {{ secret = "word" }} }}
[gateways.answer]
id = "/id"
"""

SECRETS = {"key": "secret-of-the-query", "word": "secret-of-the-header"}


@pytest.fixture
async def carrier() -> AsyncIterator[GatewayProvider]:
    async with http_provider("http_template") as provider:
        assert isinstance(provider, GatewayProvider)
        yield provider


async def test_template_is_filled_with_the_frozen_facts(carrier: GatewayProvider) -> None:
    async with carrier.channel() as channel:
        assert (await channel.send(carrier.message())).kind is OutcomeKind.ACCEPTED
    (told,) = variables(carrier.carrier)
    assert told == {
        "prefix": "演练：",
        "action": "立即撤离",
        "place": "千佛村",
        "hazard": "滑坡",
        "time": "10:30",
        "to_place": "村小学",
    }


async def test_text_without_a_template_is_left_to_another_provider(
    carrier: GatewayProvider,
) -> None:
    message = carrier.message()
    content = replace(message.content, facts={})
    async with carrier.channel() as channel:
        answer = await channel.send(replace(message, content=content))
    assert answer.failure is Failure.NO_ROUTE
    assert answer.error_code == GatewayCode.NO_ROUTE
    assert carrier.carrier.taken == []


async def answered(
    document: bytes, status: int = 200, headers: dict[str, str] | None = None
) -> tuple[Answer, Answer, int]:
    """Send two texts by GET to a server that hangs up on the second; return answers and count."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.query["text"])
        if len(asked) > 1 and request.transport:
            request.transport.close()
        return web.Response(body=document, status=status, headers=headers)

    async with serving(answer) as url:
        gateway = parse_policy(GET.format(url=url)).gateways[0]
        channel: ChannelClient = HttpSms(gateway, SECRETS, "https://a.example", 1, PATIENT)
        try:
            first = await channel.send(sample())
            return first, await channel.send(sample()), len(asked)
        finally:
            await channel.close()


def sample() -> Message:
    return Message(nobodys_phone(), "立即撤离", "token", 60)


async def test_get_is_not_repeated_when_the_connection_breaks() -> None:
    first, second, requests = await answered(b'{"id": "7"}')
    assert (first.kind, first.provider_id) == (OutcomeKind.ACCEPTED, "7")
    assert (second.kind, requests) == (OutcomeKind.UNKNOWN, 2)


async def test_endless_response_is_cut() -> None:
    first, _, _ = await answered(b'{"id": "' + b"7" * 200_000 + b'"}')
    assert first.kind is OutcomeKind.UNKNOWN


async def test_failure_detail_does_not_contain_secrets() -> None:
    first, _, _ = await answered(b"{}", headers={"X-Long": "7" * 20_000})
    assert first.kind is OutcomeKind.UNKNOWN
    assert "status 400" in first.detail
    assert not [value for value in SECRETS.values() if value in first.detail]


async def test_look_up_returns_an_answer_that_came(carrier: GatewayProvider) -> None:
    message = carrier.message()
    async with carrier.channel() as channel:
        sent = await channel.send(message)
        assert await channel.look_up(message, wall_clock()) == sent
