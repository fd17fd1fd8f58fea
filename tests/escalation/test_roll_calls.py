"""Roll-calls repeat until the all-clear, and a missed roll-call reopens the alert."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from alerting.accounting.audit import verify
from alerting.alerts.close import give_all_clear
from alerting.cap.lifecycle import AlertState
from alerting.doors.tables import tasks
from alerting.errors import ConflictError
from alerting.escalation import roll_calls as service
from alerting.escalation.households import follow_households
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.rules.standing import Standing, StandingReason
from alerting.roll.tables import evidence
from alerting.roll_calls.store import roll_calls_of
from alerting.roll_calls.tables import roll_calls
from tests.support.city import POLICY, QIANFO, headcount, household_code
from tests.support.closed_alert import (
    BY_PHONE,
    CALLED_AT,
    CLOSED_AT,
    ENDS_AT,
    IN_SHELTER,
    PHONELESS,
    AfterZero,
    closed,
)
from tests.support.running import Workplace

SECOND = timedelta(seconds=1)
DURING = CALLED_AT + timedelta(minutes=10)
LATE = ENDS_AT + timedelta(minutes=5)
SILENT_FOLK = sum(headcount(number) for number in BY_PHONE)


async def called(work: Workplace) -> AfterZero:
    zero = await closed(work)
    assert await zero.tick(CALLED_AT) == 1
    return zero


async def answered(zero: AfterZero, *but: int) -> None:
    """Let all households except `but` answer in time, by text or by an officer's report."""
    for number in BY_PHONE:
        if number not in but:
            await zero.text(number, "1", DURING)
    at_hand = {IN_SHELTER, PHONELESS} - set(but)
    await zero.report(Report.EVACUATED, *sorted(at_hand), at=DURING)


async def test_roll_call_begins_one_interval_after_closing(work: Workplace) -> None:
    zero = await closed(work)
    assert zero.row.next_roll_call_at == CALLED_AT
    assert await zero.tick(CALLED_AT - SECOND) == 0
    assert await zero.tick(CALLED_AT) == 1
    (call,) = zero.rows(select(roll_calls))
    assert (call.number, call.called_at, call.called_by) == (1, CALLED_AT, None)
    assert (call.ends_at, call.ended_at) == (ENDS_AT, None)
    assert zero.row.next_roll_call_at is None
    assert await zero.tick(ENDS_AT - SECOND) == 0


async def test_complete_roll_call_keeps_alert_closed_and_schedules_the_next(
    work: Workplace,
) -> None:
    zero = await called(work)
    await answered(zero)
    await zero.tick(ENDS_AT)
    assert zero.row.state == AlertState.CLOSED
    assert zero.row.next_roll_call_at == CALLED_AT + POLICY.roll_call.interval
    assert {zero.on_roll(n).standing for n in range(1, 11)} == {Standing.EVACUATED}
    (ended,) = zero.events("roll_call.ended")
    assert json.loads(ended.payload) == {"number": 1, "answered": 10, "missed": 0}
    await zero.tick(zero.row.next_roll_call_at)
    assert [call.number for call in zero.rows(select(roll_calls))] == [1, 2]


async def test_silent_households_become_unaccounted_and_the_alert_reopens(
    work: Workplace,
) -> None:
    zero = await called(work)
    await answered(zero, 3, 4)
    await zero.tick(ENDS_AT)
    for number in (3, 4):
        row = zero.on_roll(number)
        assert (row.standing, row.reason) == (Standing.UNACCOUNTED, StandingReason.MISSED_ROLL_CALL)
        assert (row.unaccounted, row.next_at) == (headcount(number), ENDS_AT)
    assert zero.on_roll(5).next_at is None
    assert (zero.row.state, zero.row.next_roll_call_at) == (AlertState.OPEN, None)
    with pytest.raises(ConflictError) as refused:
        await zero.close(LATE)
    missing = headcount(3) + headcount(4)
    assert refused.value.reasons == (f"{missing} people are unaccounted",)
    await zero.tick(ENDS_AT, (follow_households,))
    at_doors = zero.rows(select(tasks.c.household).where(tasks.c.state == "open"))
    assert {row.household for row in at_doors} == {household_code(QIANFO, n) for n in (3, 4)}


async def test_missed_roll_call_is_recorded_as_evidence(work: Workplace) -> None:
    zero = await called(work)
    await answered(zero, 3)
    await zero.tick(ENDS_AT + SECOND)
    (row,) = zero.rows(select(evidence).where(evidence.c.report == Report.MISSED_ROLL_CALL))
    assert (row.household, row.rung) == (household_code(QIANFO, 3), Rung.OWN)
    assert (row.given_by, row.since) == ("roll-call", CALLED_AT)
    assert (row.given_at, row.recorded_at) == (ENDS_AT, ENDS_AT + SECOND)


async def test_late_answer_accounts_for_household_and_allows_closing(work: Workplace) -> None:
    zero = await called(work)
    await answered(zero, 3)
    await zero.tick(ENDS_AT)
    await zero.text(3, "1", LATE)
    assert (zero.on_roll(3).standing, zero.on_roll(3).next_at) == (Standing.EVACUATED, None)
    assert zero.row.state == AlertState.OPEN
    assert await zero.close(LATE) is AlertState.CLOSED
    assert zero.row.next_roll_call_at == LATE + POLICY.roll_call.interval


@pytest.mark.parametrize("body", ["好的", "谢谢"])
async def test_thanks_or_ok_is_no_answer_to_a_roll_call(work: Workplace, body: str) -> None:
    zero = await called(work)
    await answered(zero, 3)
    await zero.text(3, body, DURING)
    await zero.tick(ENDS_AT)
    assert zero.on_roll(3).standing == Standing.UNACCOUNTED


async def test_not_home_report_is_no_answer_to_a_roll_call(work: Workplace) -> None:
    zero = await called(work)
    await answered(zero, 3)
    await zero.report(Report.NOT_HOME, 3, at=DURING)
    await zero.tick(ENDS_AT)
    assert zero.on_roll(3).standing == Standing.UNACCOUNTED


async def test_check_in_during_roll_call_counts_and_earlier_report_does_not(
    work: Workplace,
) -> None:
    zero = await called(work)
    await answered(zero, IN_SHELTER, PHONELESS)
    await zero.check_in(IN_SHELTER, DURING)
    await zero.tick(ENDS_AT)
    assert zero.on_roll(PHONELESS).standing == Standing.UNACCOUNTED
    row = zero.on_roll(IN_SHELTER)
    assert (row.standing, row.reason) == (Standing.EVACUATED, StandingReason.SHELTER_CHECK_IN)


async def test_answer_given_in_time_and_recorded_late_counts(work: Workplace) -> None:
    zero = await called(work)
    await answered(zero, 3)
    await zero.tick(ENDS_AT)
    await zero.text(3, "1", DURING)
    assert zero.on_roll(3).standing == Standing.EVACUATED


async def test_roll_call_asks_the_evacuated_part_of_a_staying_household(work: Workplace) -> None:
    zero = await closed(work)
    await zero.report(Report.STAYING, 3, 7, at=CLOSED_AT + SECOND, people=1)
    staying = headcount(3) - 1
    assert (zero.on_roll(3).staying, zero.on_roll(3).evacuated) == (staying, 1)
    await zero.tick(CALLED_AT)
    await answered(zero, 3, 7)
    await zero.report(Report.STAYING, 7, at=DURING, people=1)
    await zero.tick(ENDS_AT)
    assert (zero.on_roll(3).staying, zero.on_roll(3).unaccounted) == (staying, 1)
    assert (zero.on_roll(7).unaccounted, zero.on_roll(7).evacuated) == (0, 1)


async def test_roll_call_does_not_ask_a_household_that_stays_entirely(work: Workplace) -> None:
    zero = await closed(work)
    await zero.report(Report.STAYING, 3, at=CLOSED_AT + SECOND)
    await zero.tick(CALLED_AT)
    await answered(zero, 3)
    await zero.tick(ENDS_AT)
    assert (zero.on_roll(3).standing, zero.row.state) == (Standing.STAYING, AlertState.CLOSED)


async def test_roll_call_ended_in_several_ticks_is_logged_once(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_AT_ONCE", 3)
    zero = await called(work)
    await answered(zero, *BY_PHONE)
    for second in range(4):
        await zero.tick(ENDS_AT + second * SECOND)
    of_missed = select(func.count()).where(evidence.c.report == Report.MISSED_ROLL_CALL)
    assert zero.rows(of_missed) == [(len(BY_PHONE),)]
    assert len(zero.events("roll_call.ended")) == 1
    assert json.loads(zero.events("roll_call.ended")[0].payload)["missed"] == len(BY_PHONE)
    assert len(zero.events("alert.reopened")) == 1
    assert f"请立即查找{SILENT_FOLK}人！" in zero.owed("reopened")[0].body
    (call,) = work.runtime.database.look(lambda db: roll_calls_of(db, zero.alert))
    assert call.ended_at == ENDS_AT
    assert work.runtime.database.look(verify).differences == ()


async def test_missed_households_are_recorded_in_bounded_batches(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_AT_ONCE", 4)
    await called(work)
    done = [
        await work.runtime.ledger.write(lambda tx: service.end_rolls(tx, ENDS_AT)) for _ in range(4)
    ]
    assert done == [5, 5, 3, 0]


async def test_overdue_roll_call_begins_at_once(work: Workplace) -> None:
    zero = await called(work)
    await answered(zero)
    morning = CALLED_AT + timedelta(hours=9)
    await zero.tick(morning, (service.end_rolls,))
    assert zero.row.next_roll_call_at == morning
    assert await zero.tick(morning, (service.call_rolls,)) == 1


async def test_roll_call_continues_while_alert_is_reopened(work: Workplace) -> None:
    zero = await called(work)
    await zero.text(3, "2", DURING)
    assert zero.row.state == AlertState.OPEN
    await answered(zero, 3, 4)
    await zero.report(Report.EVACUATED, 3, at=DURING + SECOND)
    assert await zero.close(DURING + 2 * SECOND) is AlertState.CLOSED
    assert zero.row.next_roll_call_at is None
    await zero.tick(ENDS_AT)
    assert (zero.on_roll(4).standing, zero.on_roll(3).standing) == ("unaccounted", "evacuated")


async def test_reopened_alert_has_no_next_roll_call(work: Workplace) -> None:
    zero = await called(work)
    await answered(zero, 3)
    await zero.tick(ENDS_AT)
    await zero.tick(ENDS_AT + POLICY.roll_call.interval)
    assert len(zero.rows(select(roll_calls))) == 1


async def test_all_clear_ends_roll_calls(work: Workplace) -> None:
    zero = await called(work)
    await give_all_clear(zero.runtime(DURING), work.somebody("commander"), zero.alert)
    assert zero.row.next_roll_call_at is None
    assert zero.rows(select(roll_calls.c.ended_at)) == [(DURING,)]
    assert await zero.tick(ENDS_AT + timedelta(days=1)) == 0
    assert zero.on_roll(3).standing == Standing.EVACUATED
    assert {row.state for row in zero.owed("roll_call")} == {"cancelled"}
    assert zero.events("roll_call.ended") == []
