"""Roll-calls that are started by an officer who may close the alert."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from alerting.alerts.close import give_all_clear
from alerting.alerts.correct import cancel
from alerting.cap.lifecycle import AlertState
from alerting.errors import ConflictError, ForbiddenError, NotFoundError
from alerting.roll.rules.standing import Standing
from alerting.roll_calls.begin import call_roll
from alerting.roll_calls.store import RollCall
from alerting.roll_calls.tables import roll_calls
from tests.support.city import POLICY, after
from tests.support.closed_alert import CALLED_AT, CLOSED_AT, AfterZero, at_zero, closed
from tests.support.running import Workplace

AT_ONCE = CLOSED_AT + timedelta(minutes=5)
ENDS = AT_ONCE + POLICY.roll_call.answer_within


async def call(zero: AfterZero, officer: str = "commander") -> RollCall:
    return await call_roll(zero.runtime(AT_ONCE), zero.work.somebody(officer), zero.alert)


async def test_roll_call_on_a_closed_alert_replaces_the_scheduled_one(work: Workplace) -> None:
    zero = await closed(work)
    called = await call(zero)
    assert (called.number, called.called_at, called.called_by) == (1, AT_ONCE, "commander")
    assert (called.ends_at, called.ended_at) == (ENDS, None)
    assert zero.row.next_roll_call_at is None
    (event,) = zero.events("roll_call.called")
    assert (event.subject, event.seq) == ("commander", called.seq)
    await zero.tick(CALLED_AT - timedelta(seconds=1))
    assert [row.number for row in zero.rows(select(roll_calls))] == [1]


async def test_next_roll_call_follows_an_interval_after_the_call(work: Workplace) -> None:
    zero = await closed(work)
    await call(zero)
    for number in range(1, 11):
        await zero.check_in(number, AT_ONCE + timedelta(minutes=1))
    await zero.tick(ENDS)
    assert zero.row.next_roll_call_at == AT_ONCE + POLICY.roll_call.interval


async def test_roll_call_on_an_open_alert_marks_silent_unaccounted(
    work: Workplace,
) -> None:
    zero = await at_zero(work)
    await zero.text(3, "2", after(1900))
    await call(zero)
    await zero.tick(ENDS)
    assert zero.row.state == AlertState.OPEN
    assert zero.on_roll(3).standing == Standing.NEEDS_HELP
    assert zero.on_roll(4).standing == Standing.UNACCOUNTED
    assert zero.events("alert.reopened") == []
    assert zero.row.next_roll_call_at is None


async def test_second_concurrent_roll_call_is_refused(work: Workplace) -> None:
    zero = await closed(work)
    await call(zero)
    with pytest.raises(ConflictError, match="is running"):
        await call(zero)
    assert len(zero.rows(select(roll_calls))) == 1


@pytest.mark.parametrize("over", [AlertState.ALL_CLEAR, AlertState.CANCELLED, AlertState.EXPIRED])
async def test_roll_call_on_an_ended_alert_is_refused(work: Workplace, over: AlertState) -> None:
    if over is AlertState.EXPIRED:
        zero = await at_zero(work, expires=after(1900).isoformat())
        await zero.tick(AT_ONCE)
    else:
        zero = await closed(work)
        runtime, commander = zero.runtime(CLOSED_AT), work.somebody("commander")
        if over is AlertState.ALL_CLEAR:
            await give_all_clear(runtime, commander, zero.alert)
        else:
            await cancel(runtime, commander, zero.alert, "no slope moved")
    with pytest.raises(ConflictError, match=f"is {over}"):
        await call(zero)
    assert zero.rows(select(roll_calls)) == []


@pytest.mark.parametrize(
    ("officer", "refusal"),
    [
        ("informant", ForbiddenError),
        ("grid", ForbiddenError),
        ("administrator", ForbiddenError),
        ("far-commander", NotFoundError),
    ],
)
async def test_roll_call_needs_permission_to_close(
    work: Workplace, officer: str, refusal: type[Exception]
) -> None:
    zero = await closed(work)
    with pytest.raises(refusal):
        await call(zero, officer)
    assert zero.rows(select(roll_calls)) == []
    assert (await call(zero, "county-duty")).number == 1
