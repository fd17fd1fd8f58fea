"""Texts through Twilio's API, beyond the contract tests of all channels."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from alerting.channels.twilio.sms import TwilioSms
from alerting.deliveries.channel import Message
from alerting.deliveries.rules.delivery import Failure, OutcomeKind
from alerting.runtime import wall_clock
from tests.support.gateway import ACCOUNT, TOKEN, Gateway
from tests.support.running import message_id

MESSAGE = Message("+8610002080001", "立即撤离", "token", 3600)


@pytest.fixture
async def channel(gateway: Gateway) -> AsyncIterator[TwilioSms]:
    account = (ACCOUNT, TOKEN, gateway.sender(), gateway.url, "http://127.0.0.1:9")
    channel = TwilioSms(*account, 4, timedelta(seconds=20))
    yield channel
    await channel.close()


@pytest.mark.parametrize(
    ("to", "code"), [("+861", 21211), ("not a number", 21211), ("+862882345678", 21614)]
)
async def test_unreachable_phone_is_never_retried(channel: TwilioSms, to: str, code: int) -> None:
    answer = await channel.send(replace(MESSAGE, to=to))
    assert answer.kind is OutcomeKind.REFUSED
    assert (answer.failure, answer.error_code) == (Failure.NEVER, code)


async def test_look_up_does_not_match_another_text_to_the_phone(channel: TwilioSms) -> None:
    sent, since = replace(MESSAGE, body=f"{MESSAGE.body} {message_id()}"), wall_clock()
    assert (await channel.send(sent)).kind is OutcomeKind.ACCEPTED
    answer = await channel.look_up(replace(sent, body=f"{sent.body}!"), since)
    assert (answer.kind, answer.failure) == (OutcomeKind.REFUSED, Failure.RETRY)


async def test_look_up_does_not_match_the_same_words_of_another_sender(
    channel: TwilioSms, gateway: Gateway
) -> None:
    account = (ACCOUNT, TOKEN, gateway.sender(), gateway.url, "http://127.0.0.1:9")
    other = TwilioSms(*account, 4, timedelta(seconds=20))
    sent, since = replace(MESSAGE, body=f"{MESSAGE.body} {message_id()}"), wall_clock()
    assert (await other.send(sent)).kind is OutcomeKind.ACCEPTED
    await other.close()
    answer = await channel.look_up(sent, since)
    assert (answer.kind, answer.failure) == (OutcomeKind.REFUSED, Failure.RETRY)
