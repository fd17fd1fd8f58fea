"""The escalation loop runs in one process at a time, and survives failing steps."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from alerting.database.tables import leases
from alerting.doors.tables import tasks
from alerting.escalation import loop
from alerting.escalation.households import follow_households
from alerting.escalation.loop import CLOCK, Escalator
from alerting.ledger.writer import Transaction
from alerting.metrics import CLOCK_HELD, ESCALATED_UNTIL
from alerting.runtime import wall_clock
from tests.support.city import QIANFO
from tests.support.clocks import fixed_clock
from tests.support.gateway import SPEED
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import Workplace, workplace


@pytest.fixture
async def work(database_url: str) -> AsyncIterator[Workplace]:
    """Open a workplace whose clock runs faster, as in a drill."""
    async with workplace(database_url, fixed_clock(SPEED)) as place:
        yield place


async def test_loop_runs_due_steps_until_cancelled(work: Workplace) -> None:
    await work.raised("grid", QIANFO)
    running = asyncio.create_task(Escalator(work.runtime).run())
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not work.rows(select(tasks)):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_failing_step_is_rolled_back_alone_and_logged(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(transaction: Transaction, _now: datetime) -> int:
        transaction.connection.execute(text("DELETE FROM roll"))
        raise ValueError("broken")

    await work.raised("grid", QIANFO)
    monkeypatch.setattr(loop, "STEPS", (broken, follow_households))
    with capture_logs() as logged:
        assert await Escalator(work.runtime).tick(work.runtime.clock.now()) > 0
    failed = [one for one in logged if one["log_level"] != "info"]
    assert [(one["log_level"], one["step"]) for one in failed] == [("critical", "broken")]
    assert work.rows(select(tasks))


async def test_lost_transaction_ends_the_tick(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No later step may write, because it would be committed without the earlier steps."""
    taken: list[str] = []

    def losing(transaction: Transaction, _now: datetime) -> int:
        transaction.connection.invalidate()
        raise OperationalError("a statement", {}, Exception("the disk is full"))

    def next_step(_transaction: Transaction, _now: datetime) -> int:
        taken.append("next")
        return 1

    monkeypatch.setattr(loop, "STEPS", (losing, next_step))
    with capture_logs() as logged:
        assert await Escalator(work.runtime).tick(work.runtime.clock.now()) == 0
    assert [one["event"] for one in logged] == ["nothing could be escalated"]
    assert taken == []


async def test_loop_survives_database_outage(work: Workplace) -> None:
    escalator = Escalator(work.runtime)
    work.change(text("ALTER TABLE roll RENAME TO away"))
    try:
        with capture_logs() as logged:
            assert await escalator.tick(work.runtime.clock.now()) == 0
        assert logged
    finally:
        work.change(text("ALTER TABLE away RENAME TO roll"))
    await work.raised("grid", QIANFO)
    assert await escalator.tick(work.runtime.clock.now()) > 0


async def test_only_the_process_with_the_lease_escalates(work: Workplace) -> None:
    one, other = Escalator(work.runtime), Escalator(work.runtime)
    with capture_logs() as logged:
        await one.tick(work.runtime.clock.now())
        assert CLOCK_HELD._value.get() == 1
        await work.raised("grid", QIANFO)
        assert await other.tick(work.runtime.clock.now()) == 0
        assert CLOCK_HELD._value.get() == 0
        assert await one.tick(work.runtime.clock.now()) > 0
    assert [(said["event"], said["fence"]) for said in logged] == [
        ("this process escalates now", 1)
    ]


async def test_metric_advances_only_when_no_due_work_is_left(work: Workplace) -> None:
    escalator = Escalator(work.runtime)
    before = work.runtime.clock.now().timestamp()
    assert await escalator.tick(work.runtime.clock.now()) == 0
    done_until = ESCALATED_UNTIL._value.get()
    assert before <= done_until <= work.runtime.clock.now().timestamp()
    await work.raised("grid", QIANFO)
    assert await escalator.tick(work.runtime.clock.now()) > 0
    assert ESCALATED_UNTIL._value.get() == done_until


async def test_metric_advances_even_if_every_instant_has_new_work(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    instants: list[datetime] = []
    events, third = asyncio.get_running_loop(), asyncio.Event()

    def due_at_every_instant(_transaction: Transaction, now: datetime) -> int:
        is_new = now not in instants
        instants.append(now)
        if len(set(instants)) >= 3:
            events.call_soon_threadsafe(third.set)
        return int(is_new)

    monkeypatch.setattr(loop, "STEPS", (due_at_every_instant,))
    ESCALATED_UNTIL.set(0)
    running = asyncio.create_task(Escalator(work.runtime).run())
    async with asyncio.timeout(PATIENCE_SECONDS):
        await third.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ESCALATED_UNTIL._value.get() >= instants[0].timestamp()


async def test_process_without_the_lease_does_not_change_the_metric(work: Workplace) -> None:
    await Escalator(work.runtime).tick(work.runtime.clock.now())
    ESCALATED_UNTIL.set(0)
    assert await Escalator(work.runtime).tick(work.runtime.clock.now()) == 0
    assert ESCALATED_UNTIL._value.get() == 0


async def test_other_process_takes_over_after_the_lease_expires(work: Workplace) -> None:
    one, other = Escalator(work.runtime), Escalator(work.runtime)
    await one.tick(work.runtime.clock.now())
    work.change(update(leases).values(until=wall_clock()))
    await work.raised("grid", QIANFO)
    assert await other.tick(work.runtime.clock.now()) > 0
    with capture_logs() as logged:
        assert await one.tick(work.runtime.clock.now()) == 0
    assert [said["event"] for said in logged] == ["another process escalates now"]
    assert [(row.name, row.fence) for row in work.rows(select(leases))] == [(CLOCK, 2)]
