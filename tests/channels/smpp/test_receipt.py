"""Receipts are parsed from parameters or text, and joined over a text's segments."""

import asyncio
from typing import Any

import pytest

from alerting.channels.smpp.pdu import Sequence, request
from alerting.channels.smpp.receipt import (
    Receipt,
    Segmented,
    SegmentReceipts,
    is_receipt,
    read_receipt,
)
from alerting.deliveries.rules.delivery import DeliveryState
from tests.support.counted import unlisted_receipts

PHONE, OTHER = "+8610002090001", "+8610002090002"
DELIVERED, UNDELIVERED = DeliveryState.DELIVERED, DeliveryState.UNDELIVERED
TEXT = (
    b"id:7f-1 sub:001 dlvrd:001 submit date:2611230101 done date:2611230102 "
    b"stat:%s err:%s text:id:9 stat:REJECTD"
)


def deliver_sm(**fields: object) -> Any:
    return request(Sequence(), "deliver_sm", **{"esm_class": 4, **fields})


@pytest.mark.parametrize(
    ("esm_class", "expected"),
    [(0x04, True), (0x44, True), (0x20, True), (0, False), (0x40, False), (8, False), (16, False)],
)
def test_receipt_is_recognised_by_esm_class(esm_class: int, expected: bool) -> None:
    assert is_receipt(deliver_sm(esm_class=esm_class)) is expected


@pytest.mark.parametrize(
    ("stat", "err", "state", "error"),
    [
        (b"DELIVRD", b"000", DELIVERED, None),
        (b"delivrd", b"", DELIVERED, None),
        (b"EXPIRED", b"007", UNDELIVERED, 7),
        (b"DELETED", b"000", UNDELIVERED, None),
        (b"UNDELIV", b"MK:0001", UNDELIVERED, None),
        (b"ACCEPTD", b"000", DeliveryState.ACCEPTED, None),
        (b"ENROUTE", b"000", DeliveryState.SENT, None),
        (b"UNKNOWN", b"000", UNDELIVERED, None),
        (b"REJECTD", b"099", DeliveryState.FAILED, 99),
    ],
)
def test_receipt_text_is_parsed(
    stat: bytes, err: bytes, state: DeliveryState, error: int | None
) -> None:
    assert read_receipt(deliver_sm(short_message=TEXT % (stat, err))) == Receipt(
        "7f-1", state, error
    )


@pytest.mark.parametrize(
    ("stat", "state"),
    [
        (b"DELIVERED", DELIVERED),
        (b"DELIVERD", DELIVERED),
        (b"Acked", DELIVERED),
        (b"2", DELIVERED),
        (b"5", UNDELIVERED),
        (b"UNDELIVERABLE", UNDELIVERED),
        (b"DELIVERY_FAILED", UNDELIVERED),
        (b"EXPIRD", UNDELIVERED),
        (b"MK:0001", UNDELIVERED),
        (b"NOROUTE", UNDELIVERED),
        (b"REJECTED", DeliveryState.FAILED),
        (b"BUFFERED", DeliveryState.SENT),
        (b"ACCEPTED", DeliveryState.ACCEPTED),
        (b"QUEUED", DeliveryState.ACCEPTED),
    ],
)
def test_state_is_read_in_any_spelling(stat: bytes, state: DeliveryState) -> None:
    assert read_receipt(deliver_sm(short_message=TEXT % (stat, b"000"))).state is state


@pytest.mark.parametrize("number", [9, 99])
def test_unlisted_state_counts_as_lost(number: int) -> None:
    before = sum(unlisted_receipts().values())
    said = deliver_sm(receipted_message_id=b"7", message_state=number)
    assert read_receipt(said).state is UNDELIVERED
    assert sum(unlisted_receipts().values()) - before == (number == 99)


def test_intermediate_report_of_an_unlisted_state_is_not_final() -> None:
    said = deliver_sm(esm_class=0x20, short_message=b"id:7 stat:TRYING")
    assert read_receipt(said).state is DeliveryState.SENT


@pytest.mark.parametrize(
    "text",
    [
        "id:7f-1 sub:001 dlvrd:001 stat:UNDELIV err:003",
        "ID:7f-1 STAT:UNDELIV ERR:003 TEXT:",
        "id=7f-1&stat=UNDELIV&err=003",
        "id: 7f-1; stat: UNDELIV; err: 003",
        "id:7f-1,stat:UNDELIV,err:003",
        "message_id:7f-1\nstatus:UNDELIV\nerror:003",
        '{"id": "7f-1", "status": "UNDELIV", "err": "003"}',
        "sub:001 dlvrd:000 submit date:2611230101 stat:UNDELIV id:7f-1 err:003 text:id:9",
    ],
)
@pytest.mark.parametrize("alphabet", ["ascii", "utf-16-be", "utf-16-le"])
def test_receipt_without_its_flag_is_recognised_by_its_text(text: str, alphabet: str) -> None:
    said = deliver_sm(esm_class=0, short_message=text.encode(alphabet), data_coding=8)
    assert is_receipt(said)
    assert read_receipt(said) == Receipt("7f-1", UNDELIVERED, 3)


def test_receipt_is_recognised_by_its_parameters() -> None:
    said = deliver_sm(esm_class=0, receipted_message_id=b"7", message_state=2)
    assert is_receipt(said)


@pytest.mark.parametrize(
    "text", ["1", "2 help", "my id: 4471", "状态：安全", "our status: all out", "stat 1", "sub 1"]
)
def test_peoples_words_are_not_taken_for_a_receipt(text: str) -> None:
    assert not is_receipt(deliver_sm(esm_class=0, short_message=text.encode("utf-8")))


def test_parameters_take_precedence_over_text() -> None:
    said = deliver_sm(
        short_message=TEXT % (b"ENROUTE", b"012"), receipted_message_id=b"ab", message_state=2
    )
    assert read_receipt(said) == Receipt("ab", DELIVERED, 12)
    assert read_receipt(deliver_sm(receipted_message_id=b"ab", message_state=8)) == Receipt(
        "ab", DeliveryState.FAILED, None
    )


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"short_message": b"stat:DELIVRD"},
        {"short_message": b"id:7"},
    ],
)
def test_unclear_receipt_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a receipt"):
        read_receipt(deliver_sm(**fields))


async def joined(*said: tuple[str, DeliveryState]) -> list[Receipt | None]:
    receipts, text = SegmentReceipts(), Segmented()
    receipts.accepted(text, "1")
    receipts.accepted(text, "2")
    text.handed_over.set()
    return [await receipts.join(Receipt(message_id, state, None)) for message_id, state in said]


@pytest.mark.parametrize(
    ("said", "states"),
    [
        ([("1", DELIVERED), ("2", DELIVERED)], [None, DELIVERED]),
        ([("2", DELIVERED), ("1", DELIVERED), ("1", DELIVERED)], [None, DELIVERED, DELIVERED]),
        ([("1", DELIVERED), ("1", DELIVERED)], [None, None]),
        ([("1", UNDELIVERED), ("2", DELIVERED)], [UNDELIVERED, None]),
        ([("1", DeliveryState.SENT)], [DeliveryState.SENT]),
    ],
)
async def test_text_is_delivered_when_all_segments_are_delivered(
    said: list[tuple[str, DeliveryState]], states: list[DeliveryState | None]
) -> None:
    result = await joined(*said)
    assert [receipt and receipt.state for receipt in result] == states
    assert {receipt.message_id for receipt in result if receipt} <= {"2"}


async def test_early_receipt_waits_until_all_segments_are_submitted() -> None:
    receipts, text = SegmentReceipts(), Segmented()
    receipts.accepted(text, "1")
    early = asyncio.create_task(receipts.join(Receipt("1", UNDELIVERED, 3)))
    await asyncio.sleep(0)
    assert not early.done()
    receipts.accepted(text, "2")
    text.handed_over.set()
    assert await early == Receipt("2", UNDELIVERED, 3)


@pytest.mark.parametrize(
    ("first", "second"), [("7A", "7B"), ("0x7a", "0x7b"), ("007a", "007b"), ("122", "123")]
)
async def test_segments_are_found_by_other_spellings_of_their_ids(first: str, second: str) -> None:
    receipts, text = SegmentReceipts(), Segmented(PHONE)
    for given in ("7a", "7b"):
        receipts.accepted(text, given)
    text.handed_over.set()
    phones = (PHONE[1:],)
    assert await receipts.join(Receipt(first, DELIVERED, None, phones)) is None
    joined = await receipts.join(Receipt(second, DELIVERED, None, phones))
    assert joined == Receipt("7b", DELIVERED, None, phones)


async def test_receipt_is_joined_to_the_text_of_its_phone() -> None:
    receipts, texts = SegmentReceipts(), {}
    for given, phone in (("10", OTHER), ("a", PHONE)):
        text = texts[phone] = Segmented(phone)
        receipts.accepted(text, given)
        text.handed_over.set()
    joined = await receipts.join(Receipt("10", DELIVERED, None, ("0" + PHONE[3:],)))
    assert joined
    assert joined.message_id == "a"
    assert texts[OTHER].states == {"10": DeliveryState.ACCEPTED}


async def test_receipt_of_another_processs_text_is_unchanged() -> None:
    receipt = Receipt("of long ago", DELIVERED, None)
    assert await SegmentReceipts().join(receipt) == receipt
