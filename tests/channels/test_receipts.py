"""Receipts that come before their text's id is stored are tried again."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from alerting.channels.receipts import EarlyReceipts
from alerting.channels.smpp.receipt import Receipt
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.errors import NotFoundError
from tests.support.patience import PATIENCE_SECONDS

EARLY = Receipt("7", DeliveryState.DELIVERED, None)


class Ledger:
    """Takes a receipt once its text is known."""

    def __init__(self) -> None:
        self.is_known = False
        self.tried = asyncio.Event()
        self.stored = asyncio.Event()

    async def take(self, receipt: Receipt) -> None:
        self.tried.set()
        if not self.is_known:
            raise NotFoundError(receipt.message_id)
        self.stored.set()


@pytest.fixture
async def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
async def early(ledger: Ledger) -> AsyncIterator[EarlyReceipts[Receipt]]:
    receipts = EarlyReceipts(ledger.take)
    yield receipts
    await receipts.close()


async def test_receipt_is_stored_though_the_centre_does_not_repeat_it(
    ledger: Ledger, early: EarlyReceipts[Receipt]
) -> None:
    with pytest.raises(NotFoundError, match="'7'"):
        early.note(EARLY)
    await asyncio.wait_for(ledger.tried.wait(), PATIENCE_SECONDS)
    ledger.is_known = True
    await asyncio.wait_for(ledger.stored.wait(), PATIENCE_SECONDS)


async def test_unknown_receipt_is_refused_once(early: EarlyReceipts[Receipt]) -> None:
    with pytest.raises(NotFoundError):
        early.note(EARLY)
    early.note(EARLY)
