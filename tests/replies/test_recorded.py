"""Officers' reports are acknowledged with at most one text a minute."""

from datetime import timedelta

from sqlalchemy import select, update

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.tables import deliveries
from alerting.ledger.tables import alerts
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN, household_code, officer_phone
from tests.support.incoming_texts import answers, says
from tests.support.running import Workplace

GRID, COMMANDER = officer_phone("grid"), officer_phone("commander")


async def test_reports_in_one_text_get_one_acknowledgement(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "003 1 4，004 3；5 1 2", GRID)
    ((kind, body),) = answers(work, GRID)
    assert kind == "reports_recorded"
    assert all(end in body for end in ("3户", "0003", "0004", "0005"))


async def test_further_reports_are_added_to_the_queued_text(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    for body in ("003 1", "004 1", "003 3"):
        await says(work, body, GRID)
    ((_, body),) = answers(work, GRID)
    assert "2户" in body


async def test_next_acknowledgement_is_sent_a_minute_later(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "003 1", GRID)
    work.change(update(deliveries).where(deliveries.c.number == GRID).values(state="sent"))
    await says(work, "004 1", GRID)
    await says(work, "005 1", GRID)
    due = work.rows(
        select(deliveries.c.due_at).where(deliveries.c.number == GRID).order_by(deliveries.c.id)
    )[-2:]
    assert due[1][0] - due[0][0] == timedelta(minutes=1)
    assert len(answers(work, GRID)) == 2


async def test_reports_on_an_ended_alert_get_no_acknowledgement(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    work.change(update(alerts).values(state=AlertState.CLOSED))
    await says(work, "003 1", GRID)
    assert answers(work, GRID) == []


async def test_acknowledgement_counts_the_households_that_do_not_fit(work: Workplace) -> None:
    await work.raised("commander", TOWN)
    villages = [(village, number) for number in range(1, 10) for village in (QIANFO, NEXT_VILLAGE)]
    ends = [household_code(*each)[-7:] for each in villages]
    await says(work, ", ".join(f"{end} 1" for end in ends), COMMANDER)
    ((_, body),) = answers(work, COMMANDER)
    named = sum(end in body for end in ends)
    assert "18户" in body
    assert 0 < named < 18
    assert f"，另有{18 - named}项见指挥台" in body
