"""The approval timer asks town, county and city for five minutes each, and never approves."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from alerting.approvals.ask import pass_approvals_on
from alerting.approvals.decide import decide
from alerting.approvals.tables import approvals
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.tables import deliveries, texts
from alerting.escalation.loop import STEPS
from alerting.ledger.tables import alerts
from contacts.tables import DIVISIONS, OFFICERS
from tests.support.approvals import asked_by_text, logged, look_next_door, on_roll
from tests.support.city import CITY, COUNTY, FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN
from tests.support.running import Workplace


async def step(work: Workplace, now: datetime) -> int:
    return await work.runtime.ledger.write(lambda transaction: pass_approvals_on(transaction, now))


async def asked(work: Workplace) -> datetime:
    """Ask for approval of the next village; return the time of asking."""
    await work.raised("informant", QIANFO, NEXT_VILLAGE)
    ((at,),) = work.rows(select(approvals.c.asked_at))
    found: datetime = at
    return found


def now_asked(work: Workplace) -> list[tuple[str, datetime | None, str]]:
    columns = (approvals.c.asked, approvals.c.passes_at, approvals.c.state)
    return [tuple(row) for row in work.rows(select(*columns).order_by(approvals.c.id))]


async def test_approval_passes_up_each_tier_and_is_never_automatic(work: Workplace) -> None:
    at = await asked(work)
    minute = timedelta(minutes=1)
    told = ["commander"]
    for minutes, moved, division, passes, officer in [
        (4.99, 0, TOWN, 5, None),
        (5, 1, COUNTY, 10, "county-duty"),
        (5, 0, COUNTY, 10, None),
        (9.99, 0, COUNTY, 10, None),
        (10, 1, CITY, None, "city-duty"),
        (15, 0, CITY, None, None),
        (600, 0, CITY, None, None),
    ]:
        assert await step(work, at + minutes * minute) == moved
        expected = None if passes is None else at + passes * minute
        assert now_asked(work) == [(division, expected, "waiting")]
        told += [officer] if officer else []
        assert asked_by_text(work) == [
            (each, channel) for each in told for channel in ("websocket", "sms")
        ]
    assert on_roll(work, NEXT_VILLAGE) == 0
    kinds = [event.kind for event in logged(work)]
    assert kinds == ["approval.asked", "approval.passed_on", "approval.passed_on"]


async def test_late_tick_skips_to_the_tier_whose_turn_it_is(work: Workplace) -> None:
    at = await asked(work)
    assert await step(work, at + timedelta(hours=1)) == 1
    assert now_asked(work) == [(CITY, None, "waiting")]


async def test_proposed_village_passes_up_too(work: Workplace) -> None:
    await work.raised("commander", QIANFO)
    await look_next_door(work)
    ((at,),) = work.rows(select(approvals.c.asked_at))
    await step(work, at + timedelta(minutes=5))
    assert now_asked(work) == [(COUNTY, at + timedelta(minutes=10), "waiting")]
    assert on_roll(work, NEXT_VILLAGE) == 0


async def test_tier_without_officers_is_skipped_at_once(work: Workplace) -> None:
    """Here the far town has only a deputy, and the town has no officers."""
    far = OFFICERS.c.id == "far-commander"
    work.change(
        update(OFFICERS).where(OFFICERS.c.id == "commander").values(division=FAR_TOWN),
        update(OFFICERS).where(far).values(deputy_of="commander"),
    )
    at = await asked(work)
    assert asked_by_text(work) == [("county-duty", "websocket"), ("county-duty", "sms")]
    assert now_asked(work) == [(TOWN, at + timedelta(minutes=5), "waiting")]
    await work.raised("informant", QIANFO, FAR_TOWN)
    assert asked_by_text(work, 2)[:2] == [("commander", "websocket"), ("commander", "sms")]
    assert "far-commander" not in {officer for officer, _ in asked_by_text(work, 2)}


@pytest.mark.parametrize("state", sorted({*AlertState} - {AlertState.OPEN, AlertState.PROPOSED}))
async def test_approval_lapses_when_the_alert_is_over(work: Workplace, state: AlertState) -> None:
    at = await asked(work)
    work.change(update(alerts).values(state=state))
    before = work.rows(select(deliveries))
    assert await step(work, at) == 1
    assert now_asked(work) == [(TOWN, None, "lapsed")]
    assert logged(work)[-1].kind == "approval.lapsed"
    assert '"reason":"alert_not_open"' in logged(work)[-1].payload
    assert work.rows(select(deliveries)) == before
    assert await step(work, at + timedelta(hours=1)) == 0


async def test_approval_at_the_last_tier_lapses_when_the_alert_expires(work: Workplace) -> None:
    at = await asked(work)
    await step(work, at + timedelta(minutes=10))
    ((expires,),) = work.rows(select(alerts.c.expires))
    assert await step(work, expires - timedelta(seconds=1)) == 0
    assert await step(work, expires) == 1
    assert now_asked(work) == [(CITY, None, "lapsed")]


@pytest.mark.parametrize("approve", [True, False])
async def test_decided_approval_is_not_passed_on(work: Workplace, approve: bool) -> None:
    at = await asked(work)
    await decide(work.runtime, work.somebody("commander"), 1, approve=approve)
    before = asked_by_text(work)
    assert await step(work, at + timedelta(minutes=30)) == 0
    assert asked_by_text(work) == before


def test_escalator_runs_the_approval_step() -> None:
    assert pass_approvals_on in STEPS


async def test_text_counts_the_villages_that_it_cannot_name(work: Workplace) -> None:
    villages = [f"{TOWN}{number}" for number in range(300, 340)]
    work.change(
        insert(DIVISIONS).values(
            [
                {"code": v, "name": f"长名字的{v[-3:]}村", "tier": "village", "parent": TOWN}
                for v in villages
            ]
        )
    )
    await work.raised("informant", QIANFO, *villages)
    (body,) = work.rows(select(texts.c.body).where(texts.c.kind == "approval"))[0]
    named = sum(f"长名字的{village[-3:]}村" in body for village in villages)
    assert "扩大到40处（长名字的300村、" in body
    assert 0 < named < 40
    assert f"，另有{40 - named}项见指挥台）" in body
