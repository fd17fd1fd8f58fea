"""Alerts raised by text are for the sender's own village, and get an answer by text."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from alerting.alerts.raise_alert import raise_alert
from alerting.approvals.tables import approvals
from alerting.cap.alert import AlertRequest, Status
from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.alerts import events_after
from alerting.ledger.tables import alerts, events
from alerting.messages.info import info_in
from alerting.officer_calls.tables import confirmations, officer_calls
from alerting.replies.raise_by_text import raise_by_text
from alerting.replies.statements import IncomingText
from alerting.replies.tables import inbound
from alerting.replies.take import take_text
from alerting.roll.tables import roll, tallies
from tests.support.approvals import look_next_door
from tests.support.city import NEXT_VILLAGE, QIANFO, headcount, household_phone, officer_phone
from tests.support.running import Workplace, message_id, request_for

AROUND_FIRST_THREE = [(31.9, 107.1), (31.9, 107.3), (31.9035, 107.3), (31.9035, 107.1)]
PEOPLE = sum(headcount(n) for n in range(1, 11))


def counted(work: Workplace) -> list[int]:
    tables = (alerts, deliveries, texts, events, roll, tallies, approvals)
    return [work.rows(select(func.count()).select_from(table))[0][0] for table in tables]


async def by_text(work: Workplace, officer: str, sid: str | None = None) -> bool:
    return await raise_by_text(
        work.runtime, sid or message_id(), officer_phone(officer), "滑坡 后山裂缝变宽", "滑坡"
    )


def answers_to(work: Workplace, phone: str) -> list[str]:
    return [
        row.body
        for row in work.rows(
            select(texts.c.body)
            .join(deliveries, deliveries.c.text == texts.c.id)
            .where(texts.c.kind == "raised", deliveries.c.number == phone)
        )
    ]


async def test_informants_text_raises_an_alert_for_the_own_village(work: Workplace) -> None:
    assert await by_text(work, "informant")
    ((alert, number, status),) = work.rows(select(alerts.c.id, alerts.c.number, alerts.c.status))
    assert status == Status.EXERCISE
    assert work.rows(select(func.count()).where(roll.c.alert == alert)) == [(10,)]
    (answer,) = answers_to(work, officer_phone("informant"))
    assert f"#{number}" in answer
    assert f"10户{PEOPLE}人" in answer


async def test_alert_by_english_text_names_the_hazard_in_each_language(work: Workplace) -> None:
    sender = officer_phone("informant")
    assert await raise_by_text(work.runtime, message_id(), sender, "Landslide!", "landslide")
    ((stored,),) = work.rows(select(alerts.c.request))
    request = AlertRequest.model_validate_json(stored)
    assert (request.language, request.event, request.category) == ("en", "landslide", "Geo")
    told = info_in(request, "zh")
    assert (told.event, told.action) == ("滑坡", "立即撤离")


async def test_raising_by_text_confirms_the_officer_call(work: Workplace) -> None:
    await by_text(work, "informant")
    assert work.rows(select(confirmations.c.officer)) == [("informant",)]
    followed = select(officer_calls.c.officer).where(officer_calls.c.next_at.is_not(None))
    officers = {row.officer for row in work.rows(followed)}
    assert officers == {"grid", "commander", "county-duty", "city-duty"}


async def test_second_text_joins_the_open_alert(work: Workplace) -> None:
    await by_text(work, "informant")
    owed = work.rows(select(func.count()).select_from(deliveries))[0][0]
    assert await by_text(work, "grid")
    assert work.rows(select(func.count()).select_from(alerts)) == [(1,)]
    assert work.rows(select(func.count()).select_from(deliveries)) == [(owed + 1,)]
    logged = work.runtime.database.look(lambda db: events_after(db, 1, 0, 10))
    assert [(event.kind, event.subject) for event in logged] == [
        ("alert.raised", "informant"),
        ("officer.confirmed", "informant"),
        ("alert.repeated_by_text", "grid"),
        # An officer who reports the same hazard has confirmed the officer call.
        ("officer.confirmed", "grid"),
    ]
    assert "裂缝" in logged[2].payload


@pytest.mark.parametrize("first", [True, False])
async def test_text_repeated_by_the_provider_counts_once(work: Workplace, first: bool) -> None:
    if not first:
        await by_text(work, "grid")
    before = counted(work)
    assert await by_text(work, "informant", "SM1")
    once = counted(work)
    assert await by_text(work, "informant", "SM1")
    assert counted(work) == once != before


async def test_strangers_text_raises_no_alert(work: Workplace) -> None:
    for sender in ("+8610001234567", household_phone(QIANFO, 1), officer_phone("commander")):
        assert not await raise_by_text(work.runtime, message_id(), sender, "滑坡", "滑坡")
    assert counted(work) == [0] * 7


async def test_text_after_expiry_raises_a_new_alert(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    now = work.runtime.clock.now()
    over = now - timedelta(hours=1)
    work.change(update(alerts).values(sent=over - timedelta(hours=1), expires=over))
    assert await by_text(work, "informant")
    assert work.rows(select(func.count()).select_from(alerts)) == [(2,)]
    assert work.rows(select(func.count()).where(roll.c.alert == 2)) == [(10,)]


async def test_partial_alert_is_widened_to_the_village(work: Workplace) -> None:
    request = AlertRequest.model_validate(request_for() | {"area": {"polygon": AROUND_FIRST_THREE}})
    await raise_alert(work.runtime, work.somebody("city-duty"), request, None, again=True)
    assert await by_text(work, "informant")
    assert work.rows(select(func.count()).select_from(alerts)) == [(1,)]
    in_qianfo = roll.c.household.startswith(QIANFO)
    assert work.rows(select(func.count()).where(in_qianfo)) == [(10,)]
    told = select(func.count()).where(deliveries.c.recipient.startswith(QIANFO))
    assert work.rows(told) == [(9,)]
    assert f"{13}户" in answers_to(work, officer_phone("informant"))[0]


async def test_adjacent_village_is_proposed_and_not_alerted(work: Workplace) -> None:
    await by_text(work, "informant")
    assert work.rows(select(approvals)) == []
    await look_next_door(work)
    found = work.rows(select(approvals.c.cause, approvals.c.divisions, approvals.c.asked_by))
    assert found == [("adjacent_villages", f'["{NEXT_VILLAGE}"]', "informant")]
    assert work.rows(select(roll.c.household).where(~roll.c.household.startswith(QIANFO))) == []


async def test_alerts_by_text_are_limited_and_further_texts_wait(work: Workplace) -> None:
    for _ in range(3):
        assert await by_text(work, "informant")
        earlier = work.runtime.clock.now() - timedelta(hours=1)
        work.change(update(alerts).values(state="cancelled", sent=earlier))
    assert not await by_text(work, "informant")
    assert await by_text(work, "next-grid")
    sender = officer_phone("informant")
    await take_text(
        work.runtime, IncomingText(message_id(), sender, "滑坡", work.runtime.clock.now())
    )
    assert work.rows(select(func.count()).select_from(alerts)) == [(4,)]
    assert work.rows(select(inbound.c.reason).where(inbound.c.waits)) == [("hazard_unheard",)]
