"""Queries for roll-calls: due ones, silent households, and counts."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from alerting.ledger.tables import alerts
from alerting.roll.rules.evidence import Report
from alerting.roll.tables import evidence, roll
from alerting.roll_calls.begin import call_roll
from alerting.roll_calls.store import (
    Counts,
    RollCall,
    alerts_due,
    count,
    ending,
    finish,
    is_running,
    people_no_longer_waited_for,
    roll_calls_of,
    schedule,
    silent,
    stop_roll_calls,
)
from tests.support.city import POLICY, QIANFO, headcount, household_code
from tests.support.closed_alert import (
    CALLED_AT,
    ENDS_AT,
    IN_SHELTER,
    AfterZero,
    closed,
)
from tests.support.running import Workplace

SECOND = timedelta(seconds=1)
DURING = CALLED_AT + timedelta(minutes=1)


async def called(work: Workplace) -> tuple[AfterZero, RollCall]:
    zero = await closed(work)
    call = await call_roll(zero.runtime(CALLED_AT), work.somebody("commander"), zero.alert)
    return zero, call


def waited_for(zero: AfterZero, call: RollCall, limit: int = 99) -> list[int]:
    found = zero.work.runtime.database.look(lambda db: silent(db, call, limit))
    return [int(code.removeprefix(QIANFO)) for code in found]


def counts(zero: AfterZero, call: RollCall) -> Counts:
    return zero.work.runtime.database.look(lambda db: count(db, call))


async def test_only_closed_alerts_become_due(work: Workplace) -> None:
    zero = await closed(work)
    look = work.runtime.database.look
    assert look(lambda db: alerts_due(db, CALLED_AT - SECOND)) == []
    assert look(lambda db: alerts_due(db, CALLED_AT)) == [zero.alert]
    work.change(update(alerts).values(state="open"))
    assert look(lambda db: alerts_due(db, CALLED_AT)) == []
    work.change(update(alerts).values(state="closed"))
    await work.runtime.ledger.write(lambda tx: schedule(tx.connection, zero.alert, None))
    assert look(lambda db: alerts_due(db, CALLED_AT)) == []


async def test_running_roll_call_ends_at_its_deadline(work: Workplace) -> None:
    zero, call = await called(work)
    look = work.runtime.database.look
    assert look(lambda db: roll_calls_of(db, zero.alert)) == [call]
    assert look(lambda db: is_running(db, zero.alert))
    assert look(lambda db: ending(db, ENDS_AT - SECOND)) == []
    assert look(lambda db: ending(db, ENDS_AT)) == [call]
    await work.runtime.ledger.write(lambda tx: finish(tx, call, ENDS_AT))
    assert look(lambda db: ending(db, ENDS_AT)) == []
    assert not look(lambda db: is_running(db, zero.alert))


async def test_vulnerable_non_responders_come_first(work: Workplace) -> None:
    zero, call = await called(work)
    assert waited_for(zero, call) == [5, 10, 1, 2, 3, 4, 6, 7, 8, 9]
    assert waited_for(zero, call, 3) == [5, 10, 1]
    assert counts(zero, call) == Counts(asked=10, answered=0, missed=0)


@pytest.mark.parametrize(
    ("body", "answers"),
    [("1", True), ("4", True), ("3", True), ("2", True), ("好的", False), ("???", False)],
)
async def test_answer_must_say_where_the_household_is(
    work: Workplace, body: str, answers: bool
) -> None:
    zero, call = await called(work)
    await zero.text(3, body, DURING)
    assert (3 not in waited_for(zero, call)) is answers
    assert counts(zero, call).answered == int(answers)


@pytest.mark.parametrize(("early", "answers"), [(SECOND, False), (timedelta(0), True)])
async def test_answer_must_be_given_after_the_call(
    work: Workplace, early: timedelta, answers: bool
) -> None:
    zero, call = await called(work)
    await zero.check_in(IN_SHELTER, CALLED_AT - early)
    assert (IN_SHELTER not in waited_for(zero, call)) is answers


async def test_answer_for_named_persons_is_incomplete(work: Workplace) -> None:
    zero, call = await called(work)
    await zero.report(Report.EVACUATED, 3, at=DURING)
    work.change(update(evidence).where(evidence.c.given_at == DURING).values(persons="0"))
    assert 3 in waited_for(zero, call)


async def test_missed_household_is_recorded_once(work: Workplace) -> None:
    zero, call = await called(work)
    await zero.tick(ENDS_AT)
    assert waited_for(zero, call) == []
    home = roll.c.household == household_code(QIANFO, 3)
    work.change(update(roll).where(home).values(evacuated=headcount(3), unaccounted=0))
    assert waited_for(zero, call) == []
    assert counts(zero, call) == Counts(asked=10, answered=0, missed=10)


async def test_overdue_people_are_counted_from_the_deadline(work: Workplace) -> None:
    zero, call = await called(work)
    await zero.text(3, "1", DURING)
    look = work.runtime.database.look
    assert look(lambda db: people_no_longer_waited_for(db, zero.alert, ENDS_AT - SECOND)) == 0
    people = sum(headcount(number) for number in range(1, 11) if number != 3)
    assert look(lambda db: people_no_longer_waited_for(db, zero.alert, ENDS_AT)) == people
    await work.runtime.ledger.write(lambda tx: finish(tx, call, ENDS_AT))
    assert look(lambda db: people_no_longer_waited_for(db, zero.alert, ENDS_AT)) == 0


@pytest.mark.parametrize(
    ("finished", "following"),
    [
        (ENDS_AT, CALLED_AT + POLICY.roll_call.interval),
        (CALLED_AT + POLICY.roll_call.interval + SECOND,) * 2,
    ],
)
async def test_next_roll_call_follows_at_the_interval_or_at_once(
    work: Workplace, finished: datetime, following: datetime
) -> None:
    zero, call = await called(work)
    await work.runtime.ledger.write(lambda tx: finish(tx, call, finished))
    assert zero.row.next_roll_call_at == following


async def test_stopped_roll_call_has_no_next(work: Workplace) -> None:
    zero, call = await called(work)
    await work.runtime.ledger.write(lambda tx: finish(tx, call, ENDS_AT))
    again = await call_roll(zero.runtime(ENDS_AT), work.somebody("commander"), zero.alert)
    stopped = ENDS_AT + SECOND
    await work.runtime.ledger.write(lambda tx: stop_roll_calls(tx.connection, zero.alert, stopped))
    found = work.runtime.database.look(lambda db: roll_calls_of(db, zero.alert))
    assert [each.ended_at for each in found] == [ENDS_AT, stopped]
    assert again.number == 2
    assert zero.row.next_roll_call_at is None
