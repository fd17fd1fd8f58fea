"""A text that raises an alert soon after another one in the village needs a code."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from alerting.alerts.correct import cancel
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.tables import alerts, events
from alerting.replies.tables import inbound
from tests.support.city import QIANFO, officer_phone
from tests.support.incoming_texts import queue, says
from tests.support.running import Workplace

INFORMANT = officer_phone("informant")


def number_of_alerts(work: Workplace) -> int:
    return int(work.rows(select(func.count()).select_from(alerts))[0][0])


def questions(work: Workplace) -> list[str]:
    """Return the codes that were sent to the informant, in order."""
    rows = work.rows(
        select(texts.c.body)
        .join(deliveries, deliveries.c.text == texts.c.id)
        .where(texts.c.kind == "confirm_raise", deliveries.c.number == INFORMANT)
        .order_by(deliveries.c.id)
    )
    return [re.findall(r"(?<!\d)\d{4}(?!\d)", body)[0] for (body,) in rows]


async def cancelled(work: Workplace) -> None:
    """Raise an alert by text, and cancel it."""
    await says(work, "滑坡 后山裂缝变宽", INFORMANT)
    await cancel(work.runtime, work.somebody("commander"), 1, "误报")


async def test_first_alert_needs_no_code(work: Workplace) -> None:
    await says(work, "滑坡 后山裂缝变宽", INFORMANT)
    assert (number_of_alerts(work), questions(work)) == (1, [])


async def test_raise_after_a_cancellation_waits_for_its_code(work: Workplace) -> None:
    await cancelled(work)
    await says(work, "滑坡 又裂了", INFORMANT)
    (code,) = questions(work)
    assert number_of_alerts(work) == 1
    assert [row[:2] for row in queue(work)] == [("滑坡 又裂了", "hazard_unheard")]
    await says(work, code, INFORMANT)
    assert number_of_alerts(work) == 2
    assert queue(work) == []
    ((request,),) = work.rows(select(alerts.c.request).where(alerts.c.id == 2))
    assert "又裂了" in request


@pytest.mark.parametrize("form", ["#{code}", " {code}. "])
async def test_code_is_accepted_in_any_form(work: Workplace, form: str) -> None:
    await cancelled(work)
    await says(work, "滑坡", INFORMANT)
    await says(work, form.format(code=questions(work)[0]), INFORMANT)
    assert number_of_alerts(work) == 2


async def test_code_repeated_by_the_provider_raises_one_alert(work: Workplace) -> None:
    await cancelled(work)
    await says(work, "滑坡", INFORMANT)
    for _ in range(2):
        await says(work, questions(work)[0], INFORMANT, sid="SM-code")
    assert number_of_alerts(work) == 2


async def test_code_lasts_a_minute(work: Workplace) -> None:
    await cancelled(work)
    await says(work, "滑坡", INFORMANT)
    minute_ago = work.runtime.clock.now() - timedelta(minutes=1)
    work.change(update(inbound).where(inbound.c.waits).values(received_at=minute_ago))
    await says(work, questions(work)[0], INFORMANT)
    assert number_of_alerts(work) == 1
    assert "hazard_unheard" in [row[1] for row in queue(work)]


async def test_right_code_is_refused_after_three_wrong_ones(work: Workplace) -> None:
    await cancelled(work)
    await says(work, "滑坡", INFORMANT)
    (code,) = questions(work)
    wrong = "1111" if code != "1111" else "2222"
    for _ in range(3):
        await says(work, wrong, INFORMANT)
    await says(work, code, INFORMANT)
    assert number_of_alerts(work) == 1


async def test_code_from_another_phone_is_refused(work: Workplace) -> None:
    await cancelled(work)
    await says(work, "滑坡", INFORMANT)
    await says(work, questions(work)[0], officer_phone("grid"))
    assert number_of_alerts(work) == 1


async def test_number_of_codes_sent_to_a_phone_is_limited(work: Workplace) -> None:
    await cancelled(work)
    for _ in range(5):
        await says(work, "滑坡", INFORMANT)
    assert len(questions(work)) == 3
    assert [row[1] for row in queue(work)] == ["hazard_unheard"] * 5


async def test_old_alert_does_not_require_a_code(work: Workplace) -> None:
    await cancelled(work)
    hours_ago = work.runtime.clock.now() - timedelta(hours=2)
    work.change(update(alerts).values(sent=hours_ago), update(events).values(at=hours_ago))
    await says(work, "滑坡", INFORMANT)
    assert (number_of_alerts(work), questions(work)) == (2, [])


async def test_recently_cancelled_old_alert_requires_a_code(work: Workplace) -> None:
    await cancelled(work)
    work.change(update(alerts).values(sent=work.runtime.clock.now() - timedelta(hours=2)))
    await says(work, "滑坡", INFORMANT)
    assert len(questions(work)) == 1


async def test_alert_elsewhere_does_not_require_a_code(work: Workplace) -> None:
    await cancelled(work)
    await says(work, "滑坡", officer_phone("next-grid"))
    assert number_of_alerts(work) == 2


async def test_open_alert_is_joined_without_a_code(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "滑坡", INFORMANT)
    assert (number_of_alerts(work), questions(work)) == (1, [])
    assert work.rows(select(alerts.c.state)) == [(AlertState.OPEN,)]
