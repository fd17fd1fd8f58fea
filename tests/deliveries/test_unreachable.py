"""A lost text goes to the recipient's next phone, and the best phone is tried first."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Insert, insert, literal, select, update

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.claims import Claimed, claim
from alerting.deliveries.outcomes import Outcome, record_outcomes
from alerting.deliveries.receipts import record_receipt
from alerting.deliveries.rules.delivery import DeliveryState, Failure, OutcomeKind
from alerting.deliveries.tables import deliveries
from alerting.deliveries.unreachable import BEST_PHONE
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.tables import alerts, events
from alerting.replies.statements import IncomingText
from alerting.replies.take import take_text
from alerting.roll.tables import roll
from contacts.tables import HOUSEHOLD_PHONES, OFFICER_PHONES
from tests.support.city import (
    NOW,
    QIANFO,
    TEXTING,
    after,
    household_code,
    household_phone,
    officer_phone,
)
from tests.support.running import Workplace

HOME = household_code(QIANFO, 1)
FIRST, SECOND, THIRD = household_phone(QIANFO, 1), "+8613900009901", "+8613900009902"
OFFICER, OFFICERS_SECOND = "grid", "+8613900009903"
DOORS = select(events).where(events.c.kind == EventKind.HOUSEHOLDS_UNREACHABLE)


@pytest.fixture
async def owed(work: Workplace) -> Workplace:
    """Raise an alert for households of which one has three phones."""
    phones = [
        {"household": HOME, "position": place, "number": number}
        for place, number in enumerate((SECOND, THIRD), 1)
    ]
    work.change(insert(HOUSEHOLD_PHONES).values(phones))
    await work.raised("informant", QIANFO)
    return work


async def claimed(work: Workplace, number: str) -> Claimed | None:
    """Claim all queued deliveries; return the claim on the delivery to this phone, or None."""
    now = work.runtime.clock.now()
    taken = await work.runtime.ledger.write(
        lambda tx: claim(tx, TEXTING, 100, now=now, wall=NOW, lease_until=after(30))
    )
    return next((one for one in taken if one.number == number), None)


async def refused(work: Workplace, number: str) -> None:
    one = await claimed(work, number)
    assert one
    outcome = Outcome(
        one,
        OutcomeKind.REFUSED,
        DeliveryState.REFUSED,
        finished_at=after(1),
        now=work.runtime.clock.now(),
        failure=Failure.NEVER,
        error_code=21211,
    )
    await work.runtime.ledger.write(lambda tx: record_outcomes(tx, [outcome]))


def texted(work: Workplace, recipient: str = HOME) -> list[tuple[str, int]]:
    """Return the phone number and the text id of each SMS to the recipient, sent or queued."""
    query = select(deliveries.c.number, deliveries.c.text).where(
        deliveries.c.recipient == recipient, deliveries.c.channel == "sms"
    )
    return [tuple(row) for row in work.rows(query.order_by(deliveries.c.id))]


def best_phone(work: Workplace) -> str:
    """Return the household's phone that is tried next in the latest alert."""
    query = select(HOUSEHOLD_PHONES.c.number).select_from(roll).join(HOUSEHOLD_PHONES, BEST_PHONE)
    (number, *_) = work.rows(query.where(roll.c.household == HOME).order_by(roll.c.alert.desc()))
    return str(number.number)


async def test_refused_text_goes_to_each_phone_in_turn_and_then_becomes_a_door_task(
    owed: Workplace,
) -> None:
    for number in (FIRST, SECOND):
        await refused(owed, number)
        assert owed.rows(DOORS) == []
    ((_, text), *others) = texted(owed)
    assert others == [(SECOND, text), (THIRD, text)]
    await refused(owed, THIRD)
    assert len(texted(owed)) == 3
    assert len(owed.rows(DOORS)) == 1


async def test_undelivered_text_goes_to_the_next_phone_once(owed: Workplace) -> None:
    one = await claimed(owed, FIRST)
    assert one
    await record_receipt(owed.runtime, one.token, "SM1", "undelivered", 30006)
    assert [number for number, _ in texted(owed)] == [FIRST, SECOND]
    await record_receipt(owed.runtime, one.token, "SM1", "undelivered", 30006)
    assert [number for number, _ in texted(owed)] == [FIRST, SECOND]


async def test_phone_that_is_off_is_tried_twice_before_the_next_phone(owed: Workplace) -> None:
    one = await claimed(owed, FIRST)
    assert one
    await record_receipt(owed.runtime, one.token, "SM1", "undelivered", 30003)
    assert [number for number, _ in texted(owed)] == [FIRST]
    owed.change(update(deliveries).where(deliveries.c.state == "queued").values(due_at=NOW))
    again = await claimed(owed, FIRST)
    assert again
    await record_receipt(owed.runtime, again.token, "SM2", "undelivered", 30003)
    assert [number for number, _ in texted(owed)] == [FIRST, SECOND]


async def test_text_refused_for_an_officer_goes_to_their_next_phone(work: Workplace) -> None:
    row = {"officer": OFFICER, "position": 1, "number": OFFICERS_SECOND}
    work.change(insert(OFFICER_PHONES).values(row))
    await work.raised("informant", QIANFO)
    await refused(work, officer_phone(OFFICER))
    assert [number for number, _ in texted(work, OFFICER)][-1] == OFFICERS_SECOND


@pytest.mark.parametrize("state", [AlertState.CANCELLED, AlertState.ALL_CLEAR])
async def test_lost_text_of_an_ended_alert_goes_to_no_other_phone(
    owed: Workplace, state: AlertState
) -> None:
    one = await claimed(owed, FIRST)
    owed.change(update(alerts).values(state=state))
    assert one
    await record_receipt(owed.runtime, one.token, "SM1", "undelivered", 30006)
    assert [number for number, _ in texted(owed)] == [FIRST]


async def test_best_phone_has_the_fewest_failures(owed: Workplace) -> None:
    assert best_phone(owed) == FIRST
    await refused(owed, FIRST)
    assert best_phone(owed) == SECOND
    await refused(owed, SECOND)
    assert best_phone(owed) == THIRD
    await refused(owed, THIRD)
    assert best_phone(owed) == FIRST


async def test_best_phone_is_the_one_that_answered_last(owed: Workplace) -> None:
    await said(owed, THIRD, "收到")
    assert best_phone(owed) == THIRD
    await said(owed, SECOND, "1")
    assert best_phone(owed) == SECOND


async def test_phone_that_answered_last_in_an_earlier_alert_is_tried_first(
    owed: Workplace,
) -> None:
    await said(owed, SECOND, "收到")
    await said(owed, THIRD, "1")
    later = await owed.raised("informant", QIANFO, event="Flood")
    assert best_phone(owed) == THIRD
    owed.change(_failed_text(later.alert.id, THIRD))
    assert best_phone(owed) == SECOND
    owed.change(_failed_text(later.alert.id, SECOND))
    assert best_phone(owed) == FIRST
    await said(owed, THIRD, "2")
    assert best_phone(owed) == THIRD


def _failed_text(alert: int, number: str) -> Insert:
    """Return an INSERT of an undelivered copy of the household's text to this phone."""
    columns = [column for column in deliveries.c if column.name != "id"]
    changed = {"number": number, "state": DeliveryState.UNDELIVERED}
    copied = [literal(changed[c.name], c.type) if c.name in changed else c for c in columns]
    first = (deliveries.c.alert == alert, deliveries.c.recipient == HOME)
    text = select(*copied).where(*first).order_by(deliveries.c.id).limit(1)
    return insert(deliveries).from_select([column.name for column in columns], text)


async def test_text_goes_to_the_next_phone_when_the_first_opts_out(owed: Workplace) -> None:
    await said(owed, FIRST, "STOP")
    assert [number for number, _ in texted(owed)][:2] == [FIRST, SECOND]


async def said(work: Workplace, number: str, body: str) -> None:
    now: Any = work.runtime.clock.now()
    text = IncomingText(f"SM-{number}-{body}", number, body, now)
    await take_text(work.runtime, replace(text, received_at=now))
