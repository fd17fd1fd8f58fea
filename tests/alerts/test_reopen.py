"""A closed alert reopens when somebody is unaccounted, and officers who may close it are told."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from alerting.accounting.audit import verify
from alerting.cap.lifecycle import AlertState
from alerting.ledger.tables import alerts
from alerting.roll.rules.evidence import Report
from alerting.roll.rules.standing import Standing
from contacts.tables import OFFICERS
from tests.support.city import POLICY, QIANFO, TOWN, headcount, officer_phone
from tests.support.closed_alert import CLOSED_AT, AfterZero, closed
from tests.support.running import Workplace

LATER = CLOSED_AT + timedelta(minutes=7)


def reasons(zero: AfterZero) -> list[dict[str, int]]:
    return [json.loads(event.payload)["reasons"] for event in zero.events("alert.reopened")]


async def test_call_for_help_reopens_the_alert(work: Workplace) -> None:
    zero = await closed(work)
    await zero.text(3, "2", LATER)
    assert (zero.row.state, zero.row.next_roll_call_at) == (AlertState.OPEN, None)
    assert reasons(zero) == [{"help_open": 1}]
    assert zero.events("alert.reopened")[0].at == LATER
    assert f"查找{headcount(3)}人" in zero.owed("reopened")[0].body
    assert work.runtime.database.look(verify).differences == ()


async def test_report_of_fewer_people_reopens_the_alert(work: Workplace) -> None:
    zero = await closed(work)
    await zero.report(Report.EVACUATED, 3, at=LATER, people=1)
    missing = headcount(3) - 1
    assert zero.on_roll(3).standing == Standing.PARTLY
    assert reasons(zero) == [{"people_unaccounted": missing}]
    assert f"查找{missing}人" in zero.owed("reopened")[0].body


async def test_harmless_report_leaves_the_alert_closed(work: Workplace) -> None:
    zero = await closed(work)
    await zero.text(3, "4", LATER)
    await zero.report(Report.STAYING, 4, at=LATER)
    assert zero.row.state == AlertState.CLOSED
    assert zero.row.next_roll_call_at is not None
    assert zero.events("alert.reopened") == []


async def test_alert_reopens_once_and_can_close_again(work: Workplace) -> None:
    zero = await closed(work)
    await zero.text(3, "2", LATER)
    await zero.text(4, "2", LATER)
    assert len(reasons(zero)) == 1
    await zero.report(Report.EVACUATED, 3, 4, at=LATER + timedelta(seconds=1))
    assert await zero.close(LATER + timedelta(seconds=2)) is AlertState.CLOSED
    await zero.text(3, "2", LATER + timedelta(seconds=3))
    assert len(reasons(zero)) == 2


async def test_officers_who_may_close_are_told_by_text_and_websocket(work: Workplace) -> None:
    zero = await closed(work)
    officer = {"name": "o", "role": "duty_officer", "deputy_of": None}
    work.change(
        insert(OFFICERS).values(officer | {"id": "village-duty", "division": QIANFO}),
        insert(OFFICERS).values(
            officer | {"id": "deputy", "division": TOWN, "deputy_of": "commander"}
        ),
    )
    await zero.text(3, "2", LATER)
    owed = zero.owed("reopened")
    told = {"city-duty", "county-duty", "commander"}
    assert {(row.recipient, row.number) for row in owed} == {
        *((officer, number) for officer in told for number in ("", officer_phone(officer))),
        ("village-duty", ""),
    }
    assert {(row.due_at, row.expires_at) for row in owed} == {
        (LATER, LATER + POLICY.alert.validity)
    }
    assert all(row.body.startswith("演练：应急指挥部：请立即查找") for row in owed)
    assert len(owed) == 7
    assert ("deliveries", "") in work.woken


@pytest.mark.parametrize("state", [s for s in AlertState if s is not AlertState.CLOSED])
async def test_only_closed_alerts_reopen(work: Workplace, state: AlertState) -> None:
    zero = await closed(work)
    work.change(update(alerts).values(state=state))
    await zero.text(3, "2", LATER)
    assert zero.on_roll(3).standing == Standing.NEEDS_HELP
    assert zero.row.state == state
    assert zero.events("alert.reopened") == []
    assert zero.owed("reopened") == []


async def test_only_the_alert_of_the_report_reopens(work: Workplace) -> None:
    first, second = await closed(work), await closed(work)
    await second.report(Report.NEEDS_HELP, 3, at=LATER)
    assert (first.row.state, second.row.state) == (AlertState.CLOSED, AlertState.OPEN)
