"""Answers for failed requests."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from aiohttp import ServerDisconnectedError, web
from twilio.base.exceptions import TwilioException, TwilioRestException

from alerting.channels.twilio.client import FAILURES, accepted, doubtful, failed
from alerting.channels.twilio.sms import TwilioSms
from alerting.channels.twilio.voice import TwilioVoice
from alerting.deliveries.channel import ChannelClient, Message
from alerting.deliveries.rules.delivery import Failure, OutcomeKind
from alerting.runtime import wall_clock
from tests.channels.contract_twilio import serving
from tests.support.gateway import ACCOUNT, TOKEN

MESSAGE = Message("+8610002080001", "立即撤离", "token", 3600)
# This list matches our message, but has no date_created.
_LISTED = json.dumps({each: [{"body": MESSAGE.body}] for each in ("messages", "calls")})


def refused(status: int, code: int) -> TwilioRestException:
    return TwilioRestException(status, "/Calls.json", "no", code)


@pytest.mark.parametrize(
    ("status", "code", "kind", "failure", "told"),
    [
        (400, 21211, OutcomeKind.REFUSED, Failure.NEVER, 21211),
        (401, 20003, OutcomeKind.REFUSED, Failure.PAGE_OPERATOR, 20003),
        (429, 20429, OutcomeKind.REFUSED, Failure.RETRY, 20429),
        (400, 99999, OutcomeKind.REFUSED, Failure.UNLISTED, 99999),
        # Without a Twilio code, the SDK uses the HTTP status as the code.
        (502, 502, OutcomeKind.UNKNOWN, Failure.UNKNOWN, None),
        (429, 429, OutcomeKind.REFUSED, Failure.RETRY, None),
        (404, 404, OutcomeKind.REFUSED, Failure.UNLISTED, None),
    ],
)
def test_error_is_classified(
    status: int, code: int, kind: OutcomeKind, failure: Failure, told: int | None
) -> None:
    answer = failed(refused(status, code))
    assert (answer.kind, answer.failure, answer.error_code) == (kind, failure, told)
    assert answer.detail == f"HTTP {status}"


@pytest.mark.parametrize(
    "failure",
    [ServerDisconnectedError(), TimeoutError(), ConnectionResetError(), TwilioException("odd")],
)
def test_outcome_of_an_unanswered_request_is_unknown(failure: Exception) -> None:
    assert isinstance(failure, FAILURES)
    answer = failed(failure)
    assert (answer.kind, answer.failure) == (OutcomeKind.UNKNOWN, Failure.UNKNOWN)
    assert type(failure).__name__ in answer.detail


def test_failed_query_leaves_the_outcome_unknown() -> None:
    answer = doubtful(refused(400, 21211))
    assert (answer.kind, answer.failure) == (OutcomeKind.UNKNOWN, Failure.UNKNOWN)


@pytest.mark.parametrize("sid", [None, ""])
def test_outcome_of_a_response_without_an_id_is_unknown(sid: str | None) -> None:
    assert accepted("SM1").provider_id == "SM1"
    assert accepted(sid).kind is OutcomeKind.UNKNOWN


def sms(url: str) -> ChannelClient:
    return TwilioSms(ACCOUNT, TOKEN, "+8610007000000", url, url, 4, timedelta(seconds=20))


def voice(url: str) -> ChannelClient:
    ring, within = timedelta(seconds=25), timedelta(seconds=20)
    return TwilioVoice(ACCOUNT, TOKEN, "+8610007000000", url, url, 4, ring, within)


@pytest.mark.parametrize("channel_to", [sms, voice])
@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (200, "<html>sign in to this network</html>", OutcomeKind.UNKNOWN),
        (201, "", OutcomeKind.UNKNOWN),
        (201, "[]", OutcomeKind.UNKNOWN),
        (201, "{}", OutcomeKind.UNKNOWN),
        (200, '{"messages": [1], "calls": [1]}', OutcomeKind.UNKNOWN),
        (200, _LISTED, OutcomeKind.UNKNOWN),
        (302, "", OutcomeKind.REFUSED),
        (403, "<html>forbidden</html>", OutcomeKind.REFUSED),
        (404, "[]", OutcomeKind.REFUSED),
        (502, "<html>bad gateway</html>", OutcomeKind.UNKNOWN),
        (504, "", OutcomeKind.UNKNOWN),
    ],
)
async def test_response_of_a_broken_proxy_is_not_an_acceptance(
    channel_to: Callable[[str], ChannelClient], status: int, text: str, kind: OutcomeKind
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=text, content_type="text/html")

    async with serving(answer) as url:
        channel = channel_to(url)
        sent = await channel.send(MESSAGE)
        found = await channel.look_up(MESSAGE, wall_clock())
        await channel.close()
    assert (sent.kind, sent.provider_id) == (kind, None)
    # Only a valid list proves that the provider does not have the message.
    assert found.kind is OutcomeKind.UNKNOWN


@pytest.mark.parametrize("channel_to", [sms, voice])
async def test_failure_detail_does_not_contain_the_token(
    channel_to: Callable[[str], ChannelClient],
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(headers={"X-Long": "7" * 20_000})

    async with serving(answer) as url:
        channel = channel_to(url)
        sent = await channel.send(MESSAGE)
        await channel.close()
    assert "status 400" in sent.detail
    assert "Authorization" not in sent.detail
