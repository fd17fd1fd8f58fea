"""Receipts that identify a text by the provider's message id or by the attempt's token."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from alerting.deliveries.claims import Claimed, claim
from alerting.deliveries.named_receipts import (
    NamedReceipt,
    body_of,
    named_attempt,
    record_receipt_by_id,
)
from alerting.deliveries.rules.delivery import DeliveryState, Failure, GatewayCode
from alerting.deliveries.tables import attempts, deliveries
from alerting.errors import NotFoundError
from alerting.runtime import wall_clock
from tests.support.city import QIANFO, TEXTING
from tests.support.running import Workplace

LOST = NamedReceipt(TEXTING.name, "7", (), (), DeliveryState.UNDELIVERED, None)


async def claimed(work: Workplace) -> Claimed:
    await work.raised("informant", QIANFO)
    now, wall = work.runtime.clock.now(), wall_clock()
    taken = await work.runtime.ledger.write(
        lambda tx: claim(tx, TEXTING, 100, now=now, wall=wall, lease_until=wall)
    )
    return taken[-1]


async def test_token_takes_precedence_over_the_id(work: Workplace) -> None:
    one = await claimed(work)
    work.change(update(attempts).where(attempts.c.token != one.token).values(provider_id="7"))
    named = replace(LOST, token=one.token)
    found = work.runtime.database.look(lambda db: named_attempt(db, named))
    assert found == (one.token, "7")


async def test_token_of_another_providers_attempt_is_not_found(work: Workplace) -> None:
    one = await claimed(work)
    named = replace(LOST, token=one.token, provider="another")
    with pytest.raises(NotFoundError):
        await record_receipt_by_id(work.runtime, named)


async def test_receipt_without_an_id_stores_no_id(work: Workplace) -> None:
    one = await claimed(work)
    await record_receipt_by_id(work.runtime, replace(LOST, token=one.token, provider_id=""))
    stored = select(attempts.c.provider_id).where(attempts.c.token == one.token)
    assert work.rows(stored) == [(None,)]


async def test_receipt_with_unknown_token_and_no_id_is_not_found(work: Workplace) -> None:
    one = await claimed(work)
    work.change(update(attempts).where(attempts.c.token == one.token).values(provider_id=""))
    with pytest.raises(NotFoundError):
        await record_receipt_by_id(work.runtime, replace(LOST, token="none", provider_id=""))


async def test_body_of_a_receipt_is_the_text_without_its_link(work: Workplace) -> None:
    one = await claimed(work)
    named, unknown = replace(LOST, token=one.token), replace(LOST, token="none")
    body = work.runtime.database.look(lambda db: body_of(db, named))
    assert body is not None
    assert one.body.startswith(body)
    assert work.runtime.database.look(lambda db: body_of(db, unknown)) is None


@pytest.mark.parametrize(
    ("failure", "state"), [(Failure.NEVER, "undelivered"), (Failure.UNLISTED, "queued")]
)
async def test_kind_of_failure_decides_whether_to_retry(
    work: Workplace, failure: Failure, state: str
) -> None:
    one = await claimed(work)
    code = GatewayCode[failure.name]
    named = replace(LOST, token=one.token, failure=failure, error_code=code)
    await record_receipt_by_id(work.runtime, named)
    assert work.rows(select(deliveries.c.state).where(deliveries.c.id == one.delivery)) == [
        (state,)
    ]
