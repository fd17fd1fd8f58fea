"""Deciding on a waiting area: who may decide, and what a decision does."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from alerting.accounting.audit import verify
from alerting.approvals.decide import Decided, decide
from alerting.approvals.rules import ApprovalState
from alerting.approvals.tables import approvals
from alerting.approvals.widen import widen
from alerting.cap.alert import Area
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.tables import deliveries, texts
from alerting.errors import ConflictError, ForbiddenError, NotFoundError
from alerting.ledger.tables import alerts
from alerting.roll.tables import roll
from alerting.runtime import Clock
from contacts.tables import OFFICERS
from tests.support.approvals import asked_by_text, logged, look_next_door, on_roll
from tests.support.city import COUNTY, FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, headcount
from tests.support.running import Workplace, workplace

PEOPLE = sum(headcount(n) for n in range(1, 11))


async def said(
    work: Workplace, officer: str, approval: int = 1, *, approve: bool = True
) -> Decided:
    return await decide(work.runtime, work.somebody(officer), approval, approve=approve)


async def asked(work: Workplace) -> None:
    await work.raised("informant", QIANFO, NEXT_VILLAGE)


@pytest.mark.parametrize("officer", ["commander", "county-duty", "city-duty"])
async def test_approval_at_any_covering_tier_alerts_the_area(work: Workplace, officer: str) -> None:
    await asked(work)
    answer = await said(work, officer)
    assert answer.reached
    assert (answer.reached.households, answer.reached.people) == (10, PEOPLE)
    assert answer.approval.state is ApprovalState.APPROVED
    assert (answer.approval.decided_by, answer.approval.passes_at) == (officer, None)
    assert on_roll(work, NEXT_VILLAGE) == 10
    event = logged(work)[-1]
    assert (event.kind, event.subject) == ("approval.approved", officer)
    assert json.loads(event.payload) == {"approval": 1, "divisions": [NEXT_VILLAGE]}
    assert work.runtime.database.look(verify).differences == ()


async def test_nobody_is_alerted_twice(work: Workplace) -> None:
    await work.raised("informant", TOWN)
    answer = await said(work, "commander")
    assert answer.reached
    assert answer.reached.households == 10
    twice = (
        select(deliveries.c.recipient)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind == "alert")
        .group_by(deliveries.c.recipient)
        .having(func.count() > 1)
    )
    assert work.rows(twice) == []
    assert work.rows(select(func.count()).select_from(roll)) == [(20,)]


async def test_officer_asked_to_approve_is_also_called_after_the_approval(work: Workplace) -> None:
    await work.raised("informant", QIANFO, FAR_TOWN)
    assert asked_by_text(work)[:2] == [("far-commander", "websocket"), ("far-commander", "sms")]
    called = (
        select(deliveries.c.channel)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind == "call", deliveries.c.recipient == "far-commander")
    )
    assert work.rows(called) == []
    await said(work, "far-commander")
    assert sorted(row.channel for row in work.rows(called)) == ["sms", "websocket"]


async def test_declined_area_is_not_alerted(work: Workplace) -> None:
    await asked(work)
    answer = await said(work, "commander", approve=False)
    assert (answer.reached, answer.approval.state) == (None, ApprovalState.DECLINED)
    assert on_roll(work, NEXT_VILLAGE) == 0
    assert on_roll(work, QIANFO) == 10
    assert logged(work)[-1].kind == "approval.declined"


@pytest.mark.parametrize("approve", [True, False])
async def test_repeated_decision_counts_once(work: Workplace, approve: bool) -> None:
    await asked(work)
    first = await said(work, "commander", approve=approve)
    before = logged(work)
    again = await said(work, "county-duty", approve=approve)
    assert (again.approval, again.reached) == (first.approval, None)
    assert logged(work) == before
    with pytest.raises(ConflictError, match=r"by commander: .* the alert instead"):
        await said(work, "county-duty", approve=not approve)
    assert on_roll(work, NEXT_VILLAGE) == (10 if approve else 0)


async def test_concurrent_decisions_count_once(work: Workplace) -> None:
    await asked(work)
    officers = ["commander", "county-duty", "city-duty"] * 2
    answers = await asyncio.gather(*(said(work, officer) for officer in officers))
    assert sum(answer.reached is not None for answer in answers) == 1
    assert [event.kind for event in logged(work)] == ["approval.asked", "approval.approved"]


async def test_far_commander_may_not_decide(work: Workplace) -> None:
    await asked(work)
    with pytest.raises(NotFoundError, match="no approval 1 within your divisions"):
        await said(work, "far-commander")
    # Even after the alert is widened to their town, the waiting area is not in their town.
    await widen(work.runtime, work.somebody("county-duty"), 1, Area(divisions=(FAR_TOWN,)))
    with pytest.raises(ForbiddenError, match=r"reaches beyond your division: .* 511921100"):
        await said(work, "far-commander")
    assert on_roll(work, NEXT_VILLAGE) == 0


@pytest.mark.parametrize("officer", ["informant", "grid", "administrator"])
async def test_asking_roles_may_not_decide(work: Workplace, officer: str) -> None:
    await asked(work)
    with pytest.raises(ForbiddenError, match="does not widen an alert"):
        await said(work, officer)


async def test_village_duty_officer_may_not_decide(work: Workplace) -> None:
    """Only officers of a town or above may approve a wider area."""
    await asked(work)
    officer = OFFICERS.c.id == "next-grid"
    work.change(update(OFFICERS).where(officer).values(role="duty_officer"))
    with pytest.raises(NotFoundError):
        await said(work, "next-grid")


async def test_unknown_approval_is_not_found(work: Workplace) -> None:
    with pytest.raises(NotFoundError):
        await said(work, "city-duty", 7)


@pytest.mark.parametrize("approve", [True, False])
@pytest.mark.parametrize("state", sorted({*AlertState} - {AlertState.OPEN, AlertState.PROPOSED}))
async def test_decision_is_refused_once_the_alert_is_not_open(
    work: Workplace, state: AlertState, approve: bool
) -> None:
    await asked(work)
    work.change(update(alerts).values(state=state))
    with pytest.raises(ConflictError, match="no longer open; raise a new one"):
        await said(work, "commander", approve=approve)
    assert on_roll(work, NEXT_VILLAGE) == 0


async def test_decision_is_refused_once_the_alert_has_expired(work: Workplace) -> None:
    await asked(work)
    work.change(update(alerts).values(expires=work.runtime.clock.now() - timedelta(seconds=1)))
    with pytest.raises(ConflictError, match="no longer open; raise a new one"):
        await said(work, "commander")


async def test_lapsed_approval_cannot_be_decided(work: Workplace) -> None:
    await asked(work)
    work.change(update(approvals).values(state=ApprovalState.LAPSED))
    with pytest.raises(ConflictError, match="has lapsed"):
        await said(work, "commander")


async def test_proposed_next_village_can_be_approved(work: Workplace) -> None:
    await work.raised("informant", QIANFO, FAR_TOWN)
    await look_next_door(work)
    (proposed,) = work.rows(select(approvals).where(approvals.c.cause == "adjacent_villages"))
    answer = await said(work, "commander", proposed.id)
    assert answer.reached
    assert on_roll(work, NEXT_VILLAGE) == 10
    rows = work.rows(select(approvals.c.divisions, approvals.c.state).order_by(approvals.c.id))
    assert [tuple(row) for row in rows] == [
        (f'["{FAR_TOWN}"]', "waiting"),
        (f'["{NEXT_VILLAGE}"]', "approved"),
    ]


async def test_approval_of_an_exercise_does_not_touch_an_actual_alert(database_url: str) -> None:
    async with workplace(database_url, Clock()) as work:
        await work.raised("informant", QIANFO, NEXT_VILLAGE, status="Exercise")
        await work.raised("informant", QIANFO, status="Actual")
        before = work.rows(select(alerts).where(alerts.c.id == 2))
        (exercise,) = work.rows(select(approvals.c.id).where(approvals.c.alert == 1))
        await said(work, "commander", exercise.id)
        assert [on_roll(work, NEXT_VILLAGE, alert) for alert in (1, 2)] == [10, 0]
        assert work.rows(select(alerts).where(alerts.c.id == 2)) == before
        assert work.rows(select(approvals.c.alert, approvals.c.state)) == [(1, "approved")]
        bodies = work.rows(select(texts.c.body, texts.c.alert))
        marked = [body.startswith(("演练：", "DRILL. ")) for body, alert in bodies if alert == 1]
        assert marked
        assert all(marked)
        assert not any("演练" in body for body, alert in bodies if alert == 2)


async def test_area_of_a_whole_county_waits_for_the_county(work: Workplace) -> None:
    await work.raised("informant", COUNTY)
    with pytest.raises(ForbiddenError, match="reaches beyond your division"):
        await said(work, "commander")
    assert (await said(work, "county-duty")).approval.state is ApprovalState.APPROVED
