"""Status callbacks are stored, counted, and used to judge the provider's health."""

import asyncio

import pytest
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from alerting.deliveries.claims import Claimed, claim
from alerting.deliveries.providers import all_healths, enlist
from alerting.deliveries.receipts import record_receipt
from alerting.deliveries.rules.providers import RECEIPTS_WITHIN, Condition, Health
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


async def test_concurrent_receipts_each_settle_their_own_delivery(work: Workplace) -> None:
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


async def claimed_again(work: Workplace, lost: list[Claimed]) -> list[Claimed]:
    """Claim the retries of lost texts."""
    wall = wall_clock()
    work.change(update(deliveries).where(deliveries.c.state == "queued").values(due_at=wall))
    now = work.runtime.clock.now() + RECEIPTS_WITHIN
    taken = await work.runtime.ledger.write(
        lambda tx: claim(tx, TEXTING, 100, now=now, wall=wall, lease_until=wall)
    )
    return [one for one in taken if one.delivery in {each.delivery for each in lost}]


async def reported(work: Workplace, taken: list[Claimed], status: str, code: int | None) -> None:
    for one in taken:
        await record_receipt(work.runtime, one.token, f"SM{one.delivery}", status, code)


def health_of(work: Workplace) -> Health:
    return work.runtime.database.look(all_healths)[TEXTING.name]


@pytest.fixture
async def enlisted(work: Workplace) -> Workplace:
    """Store a health row for the provider, so that receipts can change it."""
    names, now = TEXTING.preference, work.runtime.clock.now()
    await work.runtime.ledger.write(lambda tx: enlist(tx.connection, names, now))
    return work


@pytest.mark.parametrize("code", [None, 30001, 30002, 30034, 99999])
@pytest.mark.parametrize("status", ["undelivered", "failed"])
async def test_provider_is_down_after_receipts_for_six_lost_texts(
    enlisted: Workplace, code: int | None, status: str
) -> None:
    taken = await claimed(enlisted)
    await reported(enlisted, taken, "sent", None)
    await reported(enlisted, taken[:5], status, code)
    assert health_of(enlisted).condition is Condition.UP
    with capture_logs() as logged:
        await reported(enlisted, taken[5:6], status, code)
    assert health_of(enlisted).condition is Condition.DOWN
    assert health_of(enlisted).loses
    assert [entry["log_level"] for entry in logged] == ["critical"]
    again = select(func.count()).where(
        deliveries.c.state == "queued", deliveries.c.channel == "sms"
    )
    assert enlisted.rows(again) == [(6,)]


async def test_provider_stays_up_if_half_its_texts_arrive(enlisted: Workplace) -> None:
    taken = await claimed(enlisted)
    await reported(enlisted, taken[:7], "delivered", None)
    await reported(enlisted, taken[7:], "undelivered", 30002)
    assert len(taken) == 14
    assert health_of(enlisted).condition is Condition.UP


@pytest.mark.parametrize("code", [30003, 30005, 30006, 21610])
async def test_provider_stays_up_if_the_phones_are_off(enlisted: Workplace, code: int) -> None:
    await reported(enlisted, await claimed(enlisted), "undelivered", code)
    assert health_of(enlisted).condition is Condition.UP


async def test_losses_to_phones_that_lost_texts_before_are_ignored(enlisted: Workplace) -> None:
    taken = await claimed(enlisted)
    await reported(enlisted, taken[:8], "delivered", None)
    dead = taken[8:]
    await reported(enlisted, dead[:5], "undelivered", 99999)
    earlier = enlisted.runtime.clock.now() - RECEIPTS_WITHIN
    enlisted.change(update(receipts).values(received_at=earlier))
    # Now only six losses are reported: the retries to these five phones, and one to a sixth phone.
    again = await claimed_again(enlisted, dead[:5])
    await reported(enlisted, [*again, dead[5]], "undelivered", 99999)
    assert health_of(enlisted).condition is Condition.UP
    # Losses to six phones where texts arrived before do count.
    await reported(enlisted, taken[:6], "undelivered", 99999)
    assert health_of(enlisted).condition is Condition.DOWN


async def test_repeated_receipts_for_one_text_count_as_one_loss(enlisted: Workplace) -> None:
    (one, *_) = await claimed(enlisted)
    await reported(enlisted, [one] * 12, "undelivered", 30002)
    assert health_of(enlisted).condition is Condition.UP
