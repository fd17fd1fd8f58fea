"""Posts are sent once, and failing groups delay neither other groups nor texts."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from alerting.deliveries.tables import deliveries
from alerting.ledger.writer import Transaction
from alerting.runtime import wall_clock
from alerting.work_groups.claims import claim_posts
from tests.support.city import COUNTY, QIANFO, TOWN
from tests.support.group_services import (
    GroupServices,
    enlist,
    group_services,
    nobody_listens,
    posting,
    posts_owed,
    tries,
    until_state,
)
from tests.support.running import Workplace

NAME = f"{COUNTY}/1"


@pytest.fixture
async def services() -> AsyncIterator[GroupServices]:
    async with group_services() as services:
        yield services


@pytest.fixture
async def alerted(work: Workplace) -> Workplace:
    """Return a workplace with an exercise that is queued for the county's group."""
    await enlist(work, COUNTY)
    await work.raised("grid", QIANFO)
    return work


async def test_alert_is_posted_and_its_outcome_stored(
    alerted: Workplace, services: GroupServices
) -> None:
    async with posting(alerted, {NAME: services.address("county")}):
        row = await until_state(alerted, "accepted")
    assert services.words("county") == [row.body]
    assert [(one.number, one.outcome) for one in tries(alerted)] == [(1, "accepted")]


async def test_answered_post_is_not_repeated_after_a_restart(
    alerted: Workplace, services: GroupServices
) -> None:
    addresses = {NAME: services.address("county")}
    async with posting(alerted, addresses):
        await until_state(alerted, "accepted")
    await alerted.raised("grid", QIANFO)
    async with posting(alerted, addresses):
        await services.until("county", 2)
    first, second = posts_owed(alerted)
    assert services.words("county") == [first.body, second.body]


async def crashed(work: Workplace) -> None:
    """Claim the posts with an expired lease, as a process that crashed a while ago."""
    past = wall_clock() - timedelta(minutes=5)

    def take(transaction: Transaction) -> None:
        lapsed, now = past + timedelta(seconds=30), work.runtime.clock.now()
        assert claim_posts(transaction, [NAME], 1, now=now, wall=past, lease_until=lapsed)

    await work.runtime.ledger.write(take, own_transaction=True)


async def test_post_of_a_crashed_process_is_repeated_once(
    alerted: Workplace, services: GroupServices
) -> None:
    await crashed(alerted)
    async with posting(alerted, {NAME: services.address("county")}):
        row = await until_state(alerted, "accepted")
    assert services.words("county") == [row.body]
    assert [one.outcome for one in tries(alerted)] == ["unknown", "accepted"]


async def test_outcome_stays_unknown_after_a_second_silence(
    alerted: Workplace, services: GroupServices
) -> None:
    await crashed(alerted)
    async with posting(alerted, {NAME: services.address("county")}) as sender:
        services.held["county"] = asyncio.Event()
        await services.until("county", 1)
        lapsed = wall_clock() - timedelta(seconds=1)
        alerted.change(update(deliveries).values(lease_until=lapsed))
        sender.wake()
        row = await until_state(alerted, "unknown")
        while posts_owed(alerted)[0].lease_until:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)
    assert services.words("county") == [row.body]
    assert [one.outcome for one in tries(alerted)] == ["unknown", "unknown"]


async def test_refused_post_is_retried_at_its_time(
    alerted: Workplace, services: GroupServices
) -> None:
    services.statuses["county"] = 500
    (owed,) = posts_owed(alerted)
    async with posting(alerted, {NAME: services.address("county")}) as sender:
        await services.until("county", 1)
        refused = await until_state(alerted, "queued")
        services.statuses.clear()
        alerted.change(update(deliveries).values(due_at=owed.due_at))
        sender.wake()
        await until_state(alerted, "accepted")
    assert refused.due_at > owed.due_at
    assert services.words("county") == [owed.body, owed.body]
    assert [one.error_code for one in tries(alerted)] == [500, None]


async def test_failing_groups_do_not_delay_others(work: Workplace, services: GroupServices) -> None:
    services.held["slow"] = asyncio.Event()
    await enlist(work, COUNTY, QIANFO, TOWN)
    await work.raised("grid", QIANFO)
    with nobody_listens() as down:
        addresses = {
            NAME: services.address("slow"),
            f"{QIANFO}/1": down,
            f"{TOWN}/1": services.address("town"),
        }
        async with posting(work, addresses):
            await services.until("slow", 1)
            await services.until("town", 1)
    texts = select(deliveries.c.state).where(deliveries.c.channel == "sms")
    assert {row.state for row in work.rows(texts)} == {"queued"}


async def test_no_log_line_shows_an_address(alerted: Workplace, services: GroupServices) -> None:
    services.statuses["county"] = 403
    with capture_logs() as lines:
        async with posting(alerted, {NAME: services.address("county")}):
            await services.until("county", 1)
            while not tries(alerted)[0].outcome:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.02)
    refusals = [line for line in lines if line.get("group") == NAME]
    assert refusals
    assert "403" in repr(refusals[0])
    assert "token-of" not in repr(lines)
    assert "secret" not in repr(lines)
