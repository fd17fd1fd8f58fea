"""The contract that every channel must fulfil, with every provider and under failures."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

import pytest

from alerting.deliveries.channel import Answer, ChannelClient, Message
from alerting.deliveries.rules.delivery import Failure, OutcomeKind
from alerting.runtime import wall_clock
from tests.channels.contract import (
    HASTY,
    How,
    Provider,
    at_work,
    found_at_last,
    sent_at_last,
    until,
)
from tests.support.garbage import collect_garbage
from tests.support.patience import PATIENCE_SECONDS

ACCEPTED, REFUSED, UNKNOWN = OutcomeKind.ACCEPTED, OutcomeKind.REFUSED, OutcomeKind.UNKNOWN
BREAKS: list[Callable[[Provider], None]] = [lambda p: p.proxy.cut(), lambda p: p.proxy.reset()]


def said(answer: Answer) -> tuple[OutcomeKind, Failure | None]:
    return answer.kind, answer.failure


async def test_accepted_message_has_the_providers_id(provider: Provider) -> None:
    message, since = provider.message(), wall_clock()
    async with provider.channel() as channel:
        answer = await channel.send(message)
        found = await channel.look_up(message, since)
    assert said(answer) == (ACCEPTED, None)
    assert await provider.taken() == {message.to: [answer.provider_id]}
    assert (found.kind, found.provider_id) == (ACCEPTED, answer.provider_id)


async def test_message_refused_for_good_is_never_retried(provider: Provider) -> None:
    async with provider.channel() as channel:
        answer = await channel.send(await provider.refusing(provider.message()))
        assert (await channel.send(provider.message())).kind is ACCEPTED
    assert said(answer) == (REFUSED, Failure.NEVER)
    assert answer.provider_id is None
    assert answer.error_code


async def test_throttling_returns_the_requested_wait(provider: Provider) -> None:
    message = provider.message()
    await provider.answers(How.THROTTLE)
    async with provider.channel() as channel:
        answer = await channel.send(message)
        assert await provider.taken() == {}
        after = await channel.send(message)
    assert said(answer) == (REFUSED, Failure.RETRY)
    assert answer.retry_after == provider.asks_to_wait
    assert (after.kind, after.retry_after) == (ACCEPTED, timedelta(0))


async def test_wrong_secret_pages_the_operator(provider: Provider) -> None:
    async with provider.channel(secret="wrong") as channel:
        answer = await channel.send(provider.message())
    assert said(answer) == (REFUSED, Failure.PAGE_OPERATOR)
    assert answer.error_code
    assert await provider.taken() == {}


async def test_outcome_of_a_provider_error_is_unknown_until_looked_up(
    provider: Provider,
) -> None:
    message, since = provider.message(), wall_clock()
    await provider.answers(How.BREAK)
    async with provider.channel() as channel:
        answer = await channel.send(message)
        assert await provider.taken() == {}
        found = await channel.look_up(message, since)
    assert said(answer) == (UNKNOWN, Failure.UNKNOWN)
    untaken = (REFUSED, Failure.RETRY) if provider.can_be_asked else (UNKNOWN, Failure.UNKNOWN)
    assert said(found) == untaken


async def heals(
    provider: Provider, channel: ChannelClient, message: Message, answer: Answer
) -> None:
    """Assert that an unanswered message is unknown, and found if the provider can be asked."""
    assert said(answer) == (UNKNOWN, Failure.UNKNOWN)
    assert answer.provider_id is None
    await provider.until_taken(message)
    (taken,) = (await provider.taken())[message.to]
    found = await found_at_last(provider, channel, message)
    expected = (ACCEPTED, taken) if provider.can_be_asked else (UNKNOWN, None)
    assert (found.kind, found.provider_id) == expected


@pytest.mark.parametrize("how", [How.HANG_UP, How.STALL])
async def test_unanswered_message_is_unknown_until_found(provider: Provider, how: How) -> None:
    message = provider.message()
    await provider.answers(how)
    async with provider.channel(answer_within=HASTY) as channel:
        await heals(provider, channel, message, await sent_at_last(channel, message))


@pytest.mark.parametrize("breaks", BREAKS, ids=["cut", "reset"])
async def test_message_on_a_broken_connection_is_unknown_until_found(
    provider: Provider, breaks: Callable[[Provider], None]
) -> None:
    message, next_one = provider.message(), provider.message()
    await provider.answers(How.STALL)
    async with provider.channel() as channel:
        sending = asyncio.create_task(channel.send(message))
        await provider.until_taken(message)
        breaks(provider)
        await heals(provider, channel, message, await sending)
        assert (await sent_at_last(channel, next_one)).kind is ACCEPTED
    assert {to: len(ids) for to, ids in (await provider.taken()).items()} == {
        message.to: 1,
        next_one.to: 1,
    }


async def test_message_to_an_unreachable_provider_can_be_sent_later(
    provider: Provider,
) -> None:
    message, since = provider.message(), wall_clock()
    await provider.proxy.leave()
    async with provider.channel() as channel:
        unsent = await channel.send(message)
        unasked = await channel.look_up(provider.message(), since)
        await provider.proxy.come_back()
        answer = await sent_at_last(channel, message)
    assert said(unsent) == (REFUSED, Failure.NOT_SENT)
    assert said(unasked) == (UNKNOWN, Failure.UNKNOWN)
    assert answer.kind is ACCEPTED
    assert await provider.taken() == {message.to: [answer.provider_id]}


async def test_channel_recovers_when_the_provider_returns(provider: Provider) -> None:
    before, meanwhile, after = (provider.message() for _ in range(3))
    async with provider.channel() as channel:
        assert (await channel.send(before)).kind is ACCEPTED
        await provider.proxy.leave()
        assert (await channel.send(meanwhile)).kind in {REFUSED, UNKNOWN}
        await provider.proxy.come_back()
        assert (await sent_at_last(channel, after)).kind is ACCEPTED
    assert set(await provider.taken()) == {before.to, after.to}


async def test_look_up_does_not_match_another_message(provider: Provider) -> None:
    message, since = provider.message(), wall_clock()
    elsewhere = replace(message, to=provider.message().to, token="another")
    tried_later = replace(message, token="later")
    async with provider.channel() as channel:
        assert (await channel.send(message)).kind is ACCEPTED
        for sought, after in ((elsewhere, since), (tried_later, since + timedelta(minutes=5))):
            found = await channel.look_up(sought, after)
            missing = (REFUSED, Failure.RETRY) if provider.can_be_asked else (UNKNOWN,) * 2
            assert said(found) == missing


STRANGE: Final = (
    b"",
    b"HTTP/1.1 201 Created\r\n\r\n",
    b"SSH-2.0-OpenSSH_9.6\r\n",
    b"\0" * 64,
    b"\xff" * 64,
)
"""First octets of servers that speak another protocol."""


async def test_unrelated_server_never_accepts_a_message(provider: Provider) -> None:
    for octets in STRANGE:
        stranger = await asyncio.start_server(partial(say, octets), "127.0.0.1", 0)
        port = stranger.sockets[0].getsockname()[1]
        async with stranger, provider.channel(port=port, answer_within=HASTY) as channel:
            answers = [await channel.send(provider.message()) for _ in range(2)]
            found = await channel.look_up(provider.message(), wall_clock())
        allowed = {(UNKNOWN, Failure.UNKNOWN), (REFUSED, Failure.NOT_SENT)}
        assert {*map(said, answers)} <= allowed, octets
        assert said(found) == (UNKNOWN, Failure.UNKNOWN), octets


async def say(octets: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer any request with these octets, and close the connection."""
    await reader.read(1)
    writer.write(octets)
    writer.close()


ODD: Final = (
    ("", ""),
    ("not a number", "\0\n\x7f"),
    ("电话", "长" * 2_000),
    ("+86" + "1" * 60, "半个 \ud83d"),
    ("+86\r\nTo: +1", "立即撤离"),
)
"""Unusual phone numbers and texts."""


async def test_unusual_message_gets_an_answer_instead_of_an_exception(provider: Provider) -> None:
    for to, body in ODD:
        odd = replace(provider.message(), to=to, body=body)
        async with provider.channel() as channel:
            answer = await channel.send(odd)
            found = await channel.look_up(odd, wall_clock())
        assert answer.kind in OutcomeKind
        assert found.kind in OutcomeKind


async def test_validity_is_passed_to_the_provider(provider: Provider) -> None:
    async with provider.channel() as channel:
        for seconds in (-5, 0, 1, 3600, 36_000, 10**9):
            await check_validity(provider, channel, seconds)


async def check_validity(provider: Provider, channel: ChannelClient, seconds: int) -> None:
    message, since = replace(provider.message(), valid_for=seconds), wall_clock()
    assert (await channel.send(message)).kind is ACCEPTED
    told = await provider.valid_for(message)
    took = (wall_clock() - since).total_seconds()
    longest = provider.longest_validity.total_seconds()
    if not longest:
        assert told is None
        return
    assert told is not None
    # Two clocks are compared, and one of them has only whole seconds.
    expected = min(max(seconds, 1), longest)
    assert expected - took - 1 <= told <= expected + 1


async def test_receipt_names_its_attempt(provider: Provider) -> None:
    messages = [provider.message() for _ in range(5)]
    async with provider.receipts() as receipts, provider.channel() as channel:
        answers = await asyncio.gather(*map(channel.send, messages))
        names = set(map(provider.name_in_receipt, messages, answers))
        assert len(names) == len(messages)
        for answer in answers:
            await provider.delivers(answer)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while names:
                names.discard(await receipts.get())


async def test_100_concurrent_messages_get_their_own_answers(provider: Provider) -> None:
    messages = [provider.message() for _ in range(100)]
    await provider.answers(*(How.THROTTLE, How.ACCEPT, How.BREAK, How.ACCEPT) * 10)
    async with provider.channel() as channel:
        answers = await asyncio.gather(*map(channel.send, messages))
    assert Counter(map(said, answers)) == {
        (ACCEPTED, None): 80,
        (REFUSED, Failure.RETRY): 10,
        (UNKNOWN, Failure.UNKNOWN): 10,
    }
    assert await provider.taken() == {
        message.to: [answer.provider_id]
        for message, answer in zip(messages, answers, strict=True)
        if answer.kind is ACCEPTED
    }


async def test_100_concurrent_messages_are_answered_when_the_connection_breaks(
    provider: Provider,
) -> None:
    messages = [provider.message() for _ in range(100)]
    await provider.answers(*[How.ACCEPT] * 3, How.STALL)
    async with provider.channel() as channel:
        sending = [asyncio.create_task(channel.send(message)) for message in messages]
        await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
        provider.proxy.reset()
        answers = await asyncio.gather(*sending)
    taken = await provider.taken()
    assert all(len(ids) == 1 for ids in taken.values())
    for message, answer in zip(messages, answers, strict=True):
        if answer.kind is ACCEPTED:
            assert taken[message.to] == [answer.provider_id]
        elif answer.kind is REFUSED:
            assert message.to not in taken
    assert {answer.kind for answer in answers} >= {ACCEPTED, UNKNOWN}


async def test_cancelled_send_leaves_no_tasks(provider: Provider) -> None:
    async with provider.channel() as channel:
        assert (await channel.send(provider.message())).kind is ACCEPTED
        before, message = at_work(), provider.message()
        await provider.answers(How.STALL)
        sending = asyncio.create_task(channel.send(message))
        await provider.until_taken(message)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await until(lambda: at_work() == before)
        assert (await channel.look_up(provider.message(), wall_clock())).kind is not ACCEPTED
        await heals(provider, channel, message, Answer(UNKNOWN, failure=Failure.UNKNOWN))
        assert (await channel.send(provider.message())).kind is ACCEPTED


async def test_close_ends_pending_sends_and_tasks(provider: Provider) -> None:
    message = provider.message()
    async with provider.channel() as channel:
        assert (await channel.send(provider.message())).kind is ACCEPTED
        await provider.answers(How.STALL)
        sending = asyncio.create_task(channel.send(message))
        await provider.until_taken(message)
        await asyncio.wait_for(channel.close(), PATIENCE_SECONDS)
        assert said(await asyncio.wait_for(sending, PATIENCE_SECONDS)) == (UNKNOWN, Failure.UNKNOWN)
        assert at_work() == Counter()
        await until(lambda: provider.proxy.connections == 0)
        await channel.close()
    collect_garbage()  # Collecting unreleased resources causes warnings, which fail the test.


async def test_unused_channel_closes(provider: Provider) -> None:
    async with provider.channel() as channel:
        await asyncio.gather(channel.close(), channel.close())
    assert at_work() == Counter()
    collect_garbage()
