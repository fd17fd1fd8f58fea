"""Requests of an SMS centre are acknowledged after they are stored, and parts are joined."""

import asyncio

import pytest

from alerting.channels.smpp.inbound import Inbound
from alerting.channels.smpp.long_text import JOIN_SECONDS, LongTexts, ReceivedText
from alerting.channels.smpp.pdu import Sequence, request
from alerting.channels.smpp.receipt import Receipt, SegmentReceipts
from alerting.deliveries.rules.delivery import DeliveryState
from tests.channels.smpp.kept_parts import KeptParts

PHONE = "+8610002090001"


class Kept:
    """Callbacks that store their arguments when the test allows it."""

    def __init__(self, join_seconds: float = JOIN_SECONDS) -> None:
        self.texts_kept: list[ReceivedText] = []
        self.receipts_kept: list[Receipt] = []
        self.may_keep = asyncio.Event()
        self.may_keep.set()
        self.is_broken = False
        self._sequence = Sequence()
        long_texts = LongTexts(self.keep_text, KeptParts().keep, join_seconds)
        self._inbound = Inbound(self.keep_receipt, self.keep_text, SegmentReceipts(), long_texts)

    async def keep_receipt(self, receipt: Receipt) -> None:
        await self._keep()
        self.receipts_kept.append(receipt)

    async def keep_text(self, text: ReceivedText) -> None:
        await self._keep()
        self.texts_kept.append(text)

    async def _keep(self) -> None:
        await self.may_keep.wait()
        if self.is_broken:
            raise OSError("the disk is full")

    def texts(self) -> list[tuple[str, str]]:
        return [(text.sender, text.body) for text in self.texts_kept]

    def ids(self) -> list[str]:
        return [text.message_id for text in self.texts_kept]

    def bring(self, short_message: bytes, **fields: object) -> asyncio.Task[None]:
        """Deliver a deliver_sm; the returned task ends when it may be acknowledged."""
        said = {"source_addr_ton": 1, "source_addr": PHONE[1:].encode(), "esm_class": 0}
        pdu = request(self._sequence, "deliver_sm", short_message=short_message)
        for name, value in {**said, "data_coding": 0, **fields}.items():
            setattr(pdu, name, value)
        return asyncio.create_task(self._inbound.take(pdu))

    def bring_part(self, number: int, body: str, total: int = 2) -> asyncio.Task[None]:
        header = bytes((5, 0, 3, 77, total, number))
        return self.bring(header + body.encode("utf-16-be"), esm_class=0x40, data_coding=8)


@pytest.fixture
async def kept() -> Kept:
    return Kept()


async def test_deliver_sm_is_acknowledged_only_after_it_is_stored(kept: Kept) -> None:
    kept.may_keep.clear()
    answered = kept.bring(b"1")
    await asyncio.sleep(0)
    assert not answered.done()
    kept.may_keep.set()
    await answered
    assert kept.texts() == [(PHONE, "1")]


async def test_storage_failure_is_raised_so_that_the_centre_retries(kept: Kept) -> None:
    kept.is_broken = True
    for said in (kept.bring(b"1"), kept.bring(b"id:7 stat:DELIVRD", esm_class=4)):
        with pytest.raises(OSError, match="disk is full"):
            await said
    assert kept.texts_kept == kept.receipts_kept == []


async def test_receipt_is_passed_on(kept: Kept) -> None:
    await kept.bring(b"id:7 stat:DELIVRD err:000", esm_class=4)
    assert kept.receipts_kept == [Receipt("7", DeliveryState.DELIVERED, None, (PHONE[1:],))]


async def test_unreadable_receipt_is_acknowledged(kept: Kept) -> None:
    await kept.bring(b"all is well", esm_class=4)
    assert kept.texts_kept == kept.receipts_kept == []


async def test_same_words_sent_twice_are_two_texts(kept: Kept) -> None:
    for said in (b"2", b"2"):
        await kept.bring(said)
    assert len(set(kept.ids())) == 2


async def test_redelivered_text_keeps_its_id(kept: Kept) -> None:
    for sequence in (9, 9, 10):
        await kept.bring(b"2", sequence=sequence)
    first, again, another = kept.ids()
    assert first == again != another


async def test_centres_own_id_is_used(kept: Kept) -> None:
    await kept.bring(b"2", receipted_message_id=b"abc")
    assert kept.texts_kept == [ReceivedText("abc", PHONE, "2")]


@pytest.mark.parametrize(
    ("number_type", "address", "sender"),
    [
        (1, b"8610002090001", PHONE),
        (1, b"+8610002090001", PHONE),
        (0, b"+8610002090001", PHONE),
        (0, b"8610002090001", PHONE),
        (2, b"10002090001", PHONE),
        (5, b"Bank", "Bank"),
    ],
)
async def test_sender_is_normalised(
    kept: Kept, number_type: int, address: bytes, sender: str
) -> None:
    await kept.bring(b"1", source_addr_ton=number_type, source_addr=address)
    assert kept.texts() == [(sender, "1")]


async def test_text_may_come_in_message_payload(kept: Kept) -> None:
    await kept.bring(b"", message_payload="求助".encode("utf-16-be"), data_coding=8)
    assert kept.texts() == [(PHONE, "求助")]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 2, 1, 3)])
async def test_parts_of_a_long_text_are_joined(kept: Kept, order: tuple[int, ...]) -> None:
    bodies = {1: "1 我们出来了，", 2: "但是奶奶", 3: "还在里面"}
    answers = [kept.bring_part(number, bodies[number], total=3) for number in order]
    await asyncio.gather(*answers)
    assert kept.texts() == [(PHONE, "1 我们出来了，但是奶奶还在里面")]


async def test_parts_may_be_numbered_by_sar_parameters(kept: Kept) -> None:
    parts = [
        kept.bring(body, sar_msg_ref_num=3, sar_segment_seqnum=number, sar_total_segments=2)
        for number, body in ((2, b"there"), (1, b"not all "))
    ]
    await asyncio.gather(*parts)
    assert kept.texts() == [(PHONE, "not all there")]


async def test_no_part_is_acknowledged_before_the_whole_text_is_stored(kept: Kept) -> None:
    kept.may_keep.clear()
    answers = [kept.bring_part(number, "x") for number in (1, 2)]
    await asyncio.sleep(0.01)
    assert not any(answer.done() for answer in answers)
    kept.is_broken = True
    kept.may_keep.set()
    for answer in answers:
        with pytest.raises(OSError, match="disk is full"):
            await answer


async def test_late_part_passes_an_incomplete_text_on_again() -> None:
    kept = Kept(join_seconds=0.01)
    await kept.bring_part(1, "1 都出来了，")
    await kept.bring_part(2, "除了奶奶")
    assert kept.texts() == [(PHONE, "1 都出来了，…"), (PHONE, "1 都出来了，除了奶奶")]
    assert [text.is_whole for text in kept.texts_kept] == [False, True]
    assert len(set(kept.ids())) == 2


async def test_parts_of_different_senders_are_not_joined(kept: Kept) -> None:
    mine = kept.bring_part(1, "我")
    theirs = kept.bring(bytes((5, 0, 3, 77, 2, 2)) + b"x", esm_class=0x40, source_addr=b"861000")
    await asyncio.sleep(0.01)
    assert not mine.done()
    assert not theirs.done()
    await kept.bring_part(2, "们")
    assert kept.texts() == [(PHONE, "我们")]
    theirs.cancel()
