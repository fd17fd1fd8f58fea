"""Replies to an ended alert: the cancellation is sent again, and calls for help count."""

import pytest
from sqlalchemy import select, update

from alerting.alerts.correct import cancel
from alerting.cap.lifecycle import AlertState
from alerting.ledger.tables import alerts
from alerting.messages.text import TextKind
from alerting.replies.statements import IncomingText
from alerting.replies.tables import inbound
from alerting.replies.take import take_text
from alerting.roll.tables import evidence, roll
from contacts.tables import HOUSEHOLD_PHONES
from tests.support.city import QIANFO, household_code, household_phone
from tests.support.running import Workplace, message_id
from tests.support.stepwise_sending import answered, claimed, texts_of

HOME = household_code(QIANFO, 1)
PHONE = household_phone(QIANFO, 1)


async def says(work: Workplace, body: str, phone: str = PHONE) -> None:
    await take_text(work.runtime, IncomingText(message_id(), phone, body, work.runtime.clock.now()))


async def cancelled(work: Workplace) -> int:
    """Raise and cancel an alert; everybody has received the alert and the cancellation."""
    alert = (await work.raised("informant", QIANFO)).alert.id
    await answered(work, await claimed(work))
    await cancel(work.runtime, work.somebody("commander"), alert, "no landslide")
    await answered(work, await claimed(work))
    return alert


async def test_reply_gets_the_cancellation_once_more(work: Workplace) -> None:
    alert = await cancelled(work)
    for body in ("1", "收到", "为什么"):
        await says(work, body)
    (again,) = await claimed(work)
    assert (again.number, "取消" in again.body) == (PHONE, True)
    kept = work.rows(select(inbound.c.alert, inbound.c.recipient))
    assert kept == [(alert, HOME)] * 3


async def test_queued_cancellation_is_not_repeated(work: Workplace) -> None:
    alert = (await work.raised("informant", QIANFO)).alert.id
    await answered(work, await claimed(work))
    await cancel(work.runtime, work.somebody("commander"), alert, "no landslide")
    await says(work, "1")
    assert texts_of(work, TextKind.CANCELLATION).count((HOME, PHONE)) == 1


@pytest.mark.parametrize("state", [AlertState.CANCELLED, AlertState.ALL_CLEAR])
async def test_call_for_help_counts_in_every_alert_state(
    work: Workplace, state: AlertState
) -> None:
    alert = await cancelled(work)
    work.change(update(alerts).values(state=state))
    await says(work, "2")
    assert work.rows(select(evidence.c.alert, evidence.c.report)) == [(alert, "needs_help")]
    assert work.rows(select(roll.c.standing).where(roll.c.household == HOME)) == [("needs_help",)]
    (answer,) = [each for each in await claimed(work) if each.number == PHONE]
    assert "求助收到" in answer.body


async def test_open_alert_precedes_ended_ones(work: Workplace) -> None:
    await cancelled(work)
    still_open = (await work.raised("informant", QIANFO)).alert.id
    await answered(work, await claimed(work))
    await says(work, "1")
    assert work.rows(select(evidence.c.alert)) == [(still_open,)]
    assert not await claimed(work)


async def test_closed_alert_precedes_newer_ended_ones(work: Workplace) -> None:
    closed = (await work.raised("informant", QIANFO)).alert.id
    await answered(work, await claimed(work))
    await cancelled(work)
    work.change(update(alerts).where(alerts.c.id == closed).values(state=AlertState.CLOSED))
    await says(work, "1")
    assert work.rows(select(evidence.c.alert)) == [(closed,)]
    assert not await claimed(work)


async def test_question_does_not_name_ended_alerts(work: Workplace) -> None:
    await cancelled(work)
    for _ in range(2):
        await work.raised("informant", QIANFO)
    await answered(work, await claimed(work))
    await says(work, "1")
    (question,) = await claimed(work)
    numbers = work.rows(select(alerts.c.number).order_by(alerts.c.id))
    assert f"#{numbers[0][0]}" not in question.body
    assert f"#{numbers[1][0]} #{numbers[2][0]}" in question.body


async def test_phone_of_two_households_gets_one_cancellation(work: Workplace) -> None:
    await cancelled(work)
    second = HOUSEHOLD_PHONES.c.household == household_code(QIANFO, 2)
    work.change(update(HOUSEHOLD_PHONES).where(second).values(number=PHONE))
    for _ in range(2):
        await says(work, "1")
    assert len(await claimed(work)) == 1
