"""Status callbacks: counted, stored, and refused when their token is unknown."""

import asyncio

import pytest
from sqlalchemy import func, select

from alerting.deliveries.claims import Claimed, claim
from alerting.deliveries.receipts import record_receipt
from alerting.deliveries.tables import deliveries, receipts
from alerting.errors import InvalidError, NotFoundError
from alerting.metrics import RECEIPTS
from alerting.policy.sections import Channel
from alerting.runtime import wall_clock
from tests.support.city import QIANFO, TEXTING
from tests.support.running import Workplace


async def claimed(work: Workplace) -> list[Claimed]:
    await work.raised("informant", QIANFO)
    now, wall = work.runtime.clock.now(), wall_clock()
    return await work.runtime.ledger.write(
        lambda tx: claim(tx, TEXTING, 100, now=now, wall=wall, lease_until=wall)
    )


async def test_concurrent_receipts_each_settle_their_own(work: Workplace) -> None:
    taken = await claimed(work)
    before = RECEIPTS.labels("delivered")._value.get()
    await asyncio.gather(
        *(
            record_receipt(work.runtime, one.token, f"SM{one.delivery}", status, None)
            for status in ("delivered", "sent", "queued", "delivered")
            for one in taken
        )
    )
    states = select(deliveries.c.state).where(deliveries.c.channel == Channel.SMS).distinct()
    assert work.rows(states) == [("delivered",)]
    assert work.rows(select(func.count()).select_from(receipts)) == [(4 * len(taken),)]
    assert RECEIPTS.labels("delivered")._value.get() - before == 2 * len(taken)


async def test_unknown_token_is_not_found(work: Workplace) -> None:
    await claimed(work)
    with pytest.raises(NotFoundError, match="invented"):
        await record_receipt(work.runtime, "invented", "SM1", "sent", None)
    assert work.rows(select(receipts)) == []


async def test_unknown_status_is_refused(work: Workplace) -> None:
    (one, *_) = await claimed(work)
    with pytest.raises(InvalidError, match="'teleported'") as refused:
        await record_receipt(work.runtime, one.token, "SM1", "teleported", None)
    assert refused.value.field == "MessageStatus"
    assert work.rows(select(receipts)) == []
