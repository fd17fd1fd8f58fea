"""Receipts are parsed from parameters or text, and joined across a text's segments."""

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

DELIVERED, UNDELIVERED = DeliveryState.DELIVERED, DeliveryState.UNDELIVERED
TEXT = (
    b"id:7f-1 sub:001 dlvrd:001 submit date:2611230101 done date:2611230102 "
    b"stat:%s err:%s text:id:9 stat:REJECTD"
)


def deliver_sm(**fields: object) -> Any:
    return request(Sequence(), "deliver_sm", **{"esm_class": 4, **fields})


@pytest.mark.parametrize(
    ("esm_class", "expected"),
    [(0x04, True), (0x44, True), (0x00, False), (0x40, False), (0x08, False), (0x10, False)],
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
        (b"UNKNOWN", b"000", DeliveryState.UNKNOWN, None),
        (b"REJECTD", b"099", DeliveryState.FAILED, 99),
    ],
)
def test_receipt_text_is_parsed(
    stat: bytes, err: bytes, state: DeliveryState, error: int | None
) -> None:
    assert read_receipt(deliver_sm(short_message=TEXT % (stat, err))) == Receipt(
        "7f-1", state, error
    )


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
        {"short_message": b"id:7 stat:PERHAPS"},
        {"receipted_message_id": b"7", "message_state": 99},
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
async def test_text_is_delivered_when_all_its_segments_are(
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


async def test_receipt_for_another_process_passes_unchanged() -> None:
    receipt = Receipt("of long ago", DELIVERED, None)
    assert await SegmentReceipts().join(receipt) == receipt
