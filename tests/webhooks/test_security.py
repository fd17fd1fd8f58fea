"""Settled minutes of the security log are posted to a webhook, in order, until it accepts them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession

from alerting.policy.webhooks import Webhook, key_of
from alerting.security_log.rules import SecurityEvent, SecurityKind
from alerting.security_log.store import store
from alerting.webhooks.rules import GIVE_UP_AFTER
from alerting.webhooks.security import SecurityTeller
from alerting.webhooks.store import enlist_webhooks
from tests.support.city import QIANFO
from tests.support.receiver import SECRET, Receiver, receiving
from tests.support.running import Workplace

AT = datetime(2026, 8, 29, 5, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SETTLED = 3 * MINUTE
REFUSED = SecurityEvent(SecurityKind.ACCESS_REFUSED, QIANFO, "grid", detail="403")
SIGNED_IN = SecurityEvent(SecurityKind.SIGNED_IN, QIANFO, "grid")


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def teller(work: Workplace, receiver: Receiver) -> AsyncIterator[SecurityTeller]:
    given: dict[str, Any] = {"name": "office", "url": receiver.url, "secret": "key"}
    hook = Webhook.model_validate(given | {"kinds": ("security.access_refused",)})
    await work.runtime.ledger.write(lambda tx: enlist_webhooks(tx.connection, ["office"], AT))
    async with ClientSession() as session:
        teller = SecurityTeller(work.runtime, hook, key_of(SECRET), session)
        await teller.tell(AT)
        yield teller


async def happened(work: Workplace, minutes: int, event: SecurityEvent = REFUSED) -> None:
    rows = {(AT + minutes * MINUTE, event): 2}
    await work.runtime.ledger.write(lambda tx: store(tx.connection, rows))


async def test_settled_minutes_are_posted_once(
    work: Workplace, receiver: Receiver, teller: SecurityTeller
) -> None:
    await happened(work, 1)
    await happened(work, 1, SIGNED_IN)
    await happened(work, 2)
    for minutes in (1, 3, 3, 4, 4):
        await teller.tell(AT + minutes * MINUTE)
    assert [each["timestamp"] for each in receiver.messages] == [
        (AT + minutes * MINUTE).isoformat() for minutes in (1, 2)
    ]
    assert {each["type"] for each in receiver.messages} == {"security.access_refused"}


async def test_earlier_minutes_are_not_posted(
    work: Workplace, receiver: Receiver, teller: SecurityTeller
) -> None:
    await happened(work, -2)
    await teller.tell(AT + SETTLED)
    assert receiver.messages == []


async def test_refused_minute_is_retried_with_back_off(
    work: Workplace, receiver: Receiver, teller: SecurityTeller
) -> None:
    await happened(work, 1)
    receiver.status = 503
    waits = [await teller.tell(AT + SETTLED) for _ in range(2)]
    assert waits == [timedelta(seconds=5), timedelta(seconds=10)]
    receiver.status = 200
    assert await teller.tell(AT + SETTLED) == timedelta(0)
    assert len(receiver.messages) == 1


async def test_minute_is_given_up_after_three_days(
    work: Workplace, receiver: Receiver, teller: SecurityTeller
) -> None:
    await happened(work, 1)
    late = AT + GIVE_UP_AFTER + SETTLED
    receiver.status = 503
    assert await teller.tell(late) == timedelta(0)
    receiver.status = 200
    await teller.tell(late)
    assert receiver.messages == []


async def test_only_one_process_posts_at_a_time(
    work: Workplace, receiver: Receiver, teller: SecurityTeller
) -> None:
    await happened(work, 1)
    async with ClientSession() as session:
        other = SecurityTeller(work.runtime, teller._webhook, key_of(SECRET), session)
        await other.tell(AT + SETTLED)
        assert receiver.messages == []
        await teller.tell(AT + SETTLED)
    assert len(receiver.messages) == 1
