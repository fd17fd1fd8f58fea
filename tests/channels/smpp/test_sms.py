"""Texts over SMPP, beyond the contract tests of all channels."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from alerting.channels.smpp.long_text import ReceivedText
from alerting.channels.smpp.receipt import Receipt
from alerting.channels.smpp.session import Login
from alerting.channels.smpp.sms import SmppSms, smpp_sms
from alerting.deliveries.channel import Answer, Message
from alerting.deliveries.rules.delivery import DeliveryState, Failure, OutcomeKind
from alerting.runtime import wall_clock
from tests.channels.smpp.kept_parts import KeptParts
from tests.channels.smpp.smsc.centre import PASSWORD, Centre
from tests.support.patience import PATIENCE_SECONDS

SENDER, PHONE = "+8610002090000", "+8610002090001"
SHORT = Message(PHONE, "立即撤离 leave now", "token", 3600)
CHINESE = replace(
    SHORT,
    body="【应急】千佛村后山可能滑坡，请立即带上家人撤离到村小学操场集合。" * 3 + "回复1已撤离 🏫",
)
GSM = replace(SHORT, body="Leave now for the school [north gate] at 05:30. " * 5)


class Heard:
    """Records the receipts and texts that the channel passes on; can raise a failure."""

    def __init__(self) -> None:
        self.receipts: asyncio.Queue[tuple[str, DeliveryState, int | None]] = asyncio.Queue()
        self.texts: asyncio.Queue[ReceivedText] = asyncio.Queue()
        self.failures: list[Exception] = []

    async def on_receipt(self, receipt: Receipt) -> None:
        self._fail()
        self.receipts.put_nowait((receipt.message_id, receipt.state, receipt.error_code))

    async def on_text(self, text: ReceivedText) -> None:
        self._fail()
        self.texts.put_nowait(text)

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop()


@asynccontextmanager
async def channel_to(centre: Centre, heard: Heard, **login: Any) -> AsyncIterator[SmppSms]:
    fields = {"password": PASSWORD, "answer_seconds": 2.0, **login}
    channel = smpp_sms(
        Login("127.0.0.1", centre.port, "alerting", **fields),
        SENDER,
        heard.on_receipt,
        heard.on_text,
        KeptParts().keep,
    )
    yield channel
    await channel.close()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def channel(centre: Centre, heard: Heard) -> AsyncIterator[SmppSms]:
    async with channel_to(centre, heard) as channel:
        yield channel


async def within(queue: asyncio.Queue[Any]) -> Any:
    return await asyncio.wait_for(queue.get(), PATIENCE_SECONDS)


@pytest.mark.parametrize(("message", "coding", "most"), [(CHINESE, 8, 67), (GSM, 0, 153)])
async def test_long_text_arrives_whole(
    centre: Centre, channel: SmppSms, message: Message, coding: int, most: int
) -> None:
    answer = await channel.send(message)
    parts = [await centre.next("submit") for _ in range(2)]
    assert "".join(part["text"] for part in parts) == message.body
    references = {tuple(part["udh"][0][:3]) for part in parts}
    assert len(references) == 1
    assert [part["udh"][0][-2:] for part in parts] == [[2, 1], [2, 2]]
    assert {(part["esm_class"], part["data_coding"]) for part in parts} == {(0x40, coding)}
    assert all(len(part["text"].encode("utf-16-be")) <= 2 * most for part in parts)
    assert answer == Answer(OutcomeKind.ACCEPTED, provider_id=parts[1]["id"])


async def test_submit_has_addresses_validity_and_a_receipt_request(
    centre: Centre, channel: SmppSms
) -> None:
    answer = await channel.send(replace(SHORT, valid_for=2 * 86_400 + 3 * 3600 + 61))
    text = await centre.next("submit")
    assert answer == Answer(OutcomeKind.ACCEPTED, provider_id=text["id"])
    assert (text["text"], text["udh"], text["esm_class"]) == (SHORT.body, None, 0)
    assert text["from"] == [1, 1, SENDER[1:]]
    assert text["to"] == [1, 1, PHONE[1:]]
    assert text["registered_delivery"] == 1
    assert text["valid_for"] == pytest.approx(2 * 86_400 + 3 * 3600 + 61, abs=1)


async def test_text_is_refused_if_its_second_segment_is_refused(
    centre: Centre, channel: SmppSms
) -> None:
    await centre.answer({}, {"status": 0x58})
    answer = await channel.send(CHINESE)
    assert (answer.kind, answer.failure) == (OutcomeKind.REFUSED, Failure.RETRY)
    assert answer.provider_id is None


async def test_window_limits_unanswered_texts(centre: Centre, heard: Heard) -> None:
    async with channel_to(centre, heard, window=3) as channel:
        await centre.do("hold")
        sending = [asyncio.create_task(channel.send(SHORT)) for _ in range(8)]
        assert [(await centre.next("submit"))["unanswered"] for _ in range(3)] == [1, 2, 3]
        await centre.do("release")
        answers = await asyncio.gather(*sending)
        rest = [await centre.next("submit") for _ in range(5)]
    assert {answer.kind for answer in answers} == {OutcomeKind.ACCEPTED}
    assert max(text["unanswered"] for text in rest) <= 3


async def test_text_without_room_in_the_window_was_not_sent(centre: Centre, heard: Heard) -> None:
    async with channel_to(centre, heard, window=1, answer_seconds=0.5) as channel:
        await centre.answer({"drop": True})
        first = asyncio.create_task(channel.send(SHORT))
        await centre.next("submit")
        second = await channel.send(SHORT)
        assert (second.kind, second.failure) == (OutcomeKind.REFUSED, Failure.NOT_SENT)
        assert (await first).kind is OutcomeKind.UNKNOWN
        assert centre.told("submit") == 0


@pytest.mark.parametrize(
    ("status", "kind"), [(0, OutcomeKind.ACCEPTED), (0x58, OutcomeKind.REFUSED)]
)
async def test_late_answer_is_kept_for_look_up(
    centre: Centre, heard: Heard, status: int, kind: OutcomeKind
) -> None:
    async with channel_to(centre, heard, answer_seconds=0.3) as channel:
        await centre.answer({"status": status})
        await centre.do("hold")
        assert (await channel.send(SHORT)).kind is OutcomeKind.UNKNOWN
        assert (await channel.look_up(SHORT, wall_clock())).kind is OutcomeKind.UNKNOWN
        await centre.do("release")
        # Responses come in order, so when the second has arrived, the first has too.
        assert (await channel.send(replace(SHORT, token="2"))).kind is OutcomeKind.ACCEPTED
        assert (await channel.look_up(SHORT, wall_clock())).kind is kind


async def test_silent_connection_is_checked_and_replaced(centre: Centre, heard: Heard) -> None:
    async with channel_to(centre, heard, idle_seconds=0.1, answer_seconds=0.5) as channel:
        for _ in range(3):
            await centre.next("enquire_link")
        assert (await channel.send(SHORT)).kind is OutcomeKind.ACCEPTED
        assert centre.told("bind") == 1
        await centre.do("deaf", **{"is": True})
        await centre.next("close")
        await centre.do("deaf", **{"is": False})
        for _ in range(2):
            await centre.next("bind")
        assert (await channel.send(SHORT)).kind is OutcomeKind.ACCEPTED


async def test_enquire_link_is_answered_and_unbind_is_followed_by_a_rebind(
    centre: Centre, channel: SmppSms
) -> None:
    await channel.send(SHORT)
    await centre.do("enquire")
    assert (await centre.next("there"))["status"] == 0
    await centre.do("unbind")
    await centre.next("unbound")
    for _ in range(2):
        await centre.next("bind")
    assert (await channel.send(SHORT)).kind is OutcomeKind.ACCEPTED


async def test_long_text_is_delivered_when_all_segments_are(
    centre: Centre, channel: SmppSms, heard: Heard
) -> None:
    answer = await channel.send(CHINESE)
    for _ in range(2):
        part = await centre.next("submit")
        assert heard.receipts.empty()
        await centre.deliver(esm_class=4, receipted_message_id=part["id"], message_state=2)
        await centre.next("answered")
    assert await within(heard.receipts) == (answer.provider_id, DeliveryState.DELIVERED, None)


async def test_reply_is_acknowledged_after_it_is_stored(
    centre: Centre, channel: SmppSms, heard: Heard
) -> None:
    await channel.send(SHORT)
    heard.failures.append(OSError("the database is away"))
    reply = {"source_addr_ton": 1, "source_addr": PHONE[1:], "data_coding": 8}
    await centre.deliver(**reply, short_message="1 三人都出来了")
    assert (await centre.next("answered"))["status"] == 0x64
    assert heard.texts.empty()
    await centre.deliver(**reply, short_message="1 三人都出来了")
    assert (await centre.next("answered"))["status"] == 0
    text = await within(heard.texts)
    assert text.message_id
    assert (text.sender, text.body) == (PHONE, "1 三人都出来了")


async def test_centre_that_refuses_validity_periods_gets_none(
    centre: Centre, channel: SmppSms
) -> None:
    await centre.answer({"status": 0x62})
    answers = [await channel.send(SHORT) for _ in range(2)]
    assert {answer.kind for answer in answers} == {OutcomeKind.ACCEPTED}
    texts = [await centre.next("submit") for _ in range(3)]
    assert [text["status"] for text in texts] == [0x62, 0, 0]
    assert texts[0]["valid_for"] > 0
    assert [text["valid_for"] for text in texts[1:]] != [texts[0]["valid_for"]] * 2


async def test_parts_of_a_reply_may_come_over_two_connections(
    centre: Centre, channel: SmppSms, heard: Heard
) -> None:
    await channel.send(SHORT)
    await centre.next("bind")
    part = {"source_addr_ton": 1, "source_addr": PHONE[1:], "esm_class": 0x40, "data_coding": 8}
    bodies = ("1 都出来了，", "除了奶奶")
    octets = [bytes((5, 0, 3, 9, 2, n)) + b.encode("utf-16-be") for n, b in enumerate(bodies, 1)]
    await centre.deliver(**part, hex=octets[0].hex())
    await centre.do("unbind")
    await centre.next("unbound")
    await centre.next("bind")
    await centre.deliver(**part, hex=octets[1].hex())
    text = await within(heard.texts)
    assert (text.body, text.is_whole) == ("".join(bodies), True)


@pytest.mark.parametrize(
    ("sender", "system_id", "password"),
    [("", "alerting", "secret"), ("+" * 21, "a", "p"), ("1", "a" * 16, "p"), ("1", "a", "p" * 9)],
)
def test_overlong_login_or_sender_is_refused(
    heard: Heard, sender: str, system_id: str, password: str
) -> None:
    login = Login("127.0.0.1", 1, system_id, password)
    with pytest.raises(ValueError, match="ASCII characters"):
        smpp_sms(login, sender, heard.on_receipt, heard.on_text, KeptParts().keep)
