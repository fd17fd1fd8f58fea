"""Early receipts are retried; unlisted states are counted."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from prometheus_client import CollectorRegistry, Counter
from sqlalchemy.exc import OperationalError

from alerting.channels.receipts import EarlyReceipts, UnlistedStates
from alerting.channels.smpp.receipt import Receipt
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.errors import NotFoundError
from tests.support.counted import unlisted_receipts
from tests.support.patience import PATIENCE_SECONDS

EARLY = Receipt("7", DeliveryState.DELIVERED, None)


class Ledger:
    """Accepts a receipt when its text is known; can simulate an unreachable database."""

    def __init__(self, tries_while_away: int = 0) -> None:
        self.is_known = False
        self.tries_left_while_away = tries_while_away
        self.tried = asyncio.Event()
        self.stored = asyncio.Event()

    async def take(self, receipt: Receipt) -> None:
        self.tried.set()
        if self.tries_left_while_away:
            self.tries_left_while_away -= 1
            raise OperationalError("", None, OSError("the database is away"))
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


async def test_early_receipt_is_stored_even_if_not_repeated(
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


async def test_receipt_is_retried_until_the_database_is_back() -> None:
    waits = (0.0, 0.0)
    ledger = Ledger(tries_while_away=5 * len(waits))
    ledger.is_known = True
    early = EarlyReceipts(ledger.take, waits, away=0.0)
    with pytest.raises(NotFoundError):
        early.note(EARLY)
    await asyncio.wait_for(ledger.stored.wait(), PATIENCE_SECONDS)
    await early.close()


async def test_retries_end_when_the_receipt_is_too_old() -> None:
    ledger = Ledger(tries_while_away=1_000_000)
    early = EarlyReceipts(ledger.take, (0.0,), away=0.0, too_old=0.05)
    others = asyncio.all_tasks()
    with pytest.raises(NotFoundError):
        early.note(EARLY)
    await asyncio.wait_for(asyncio.gather(*asyncio.all_tasks() - others), PATIENCE_SECONDS)
    assert not ledger.stored.is_set()


def test_number_of_counted_state_words_is_limited() -> None:
    registry = CollectorRegistry()
    states = UnlistedStates(
        Counter("alerting_unlisted_receipts", "Counted here alone", ["state"], registry=registry)
    )
    for number in range(200):
        states.count(f"x{number}")
    counted = unlisted_receipts(registry)
    assert len(counted) < 60
    assert counted["X7"] == 1
    assert sum(counted.values()) == 200
    assert counted["other"] > 1
