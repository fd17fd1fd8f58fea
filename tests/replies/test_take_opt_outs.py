"""An opt-out opens a door task at once and is logged once."""

import pytest
from sqlalchemy import Engine, select

from alerting.cap.alert import Status
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.rules.forecast import Priority
from alerting.deliveries.tables import deliveries
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from alerting.officer_calls.tables import confirmations
from alerting.replies.rules.routing import Candidate
from alerting.replies.statements import IncomingText
from alerting.replies.tables import inbound
from alerting.replies.take import opt_out, take_text
from alerting.roll.enrol import enrol
from alerting.roll.tables import roll
from contacts.directory import households_in
from tests.support.alert_rows import stored_alert
from tests.support.city import (
    NOW,
    POLICY,
    QIANFO,
    after,
    found_city,
    household_code,
    household_phone,
    officer_phone,
)
from tests.support.running import Workplace

HOME = household_code(QIANFO, 1)


def test_household_that_opts_out_is_visited_at_once(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
        alert = stored_alert(connection)
        enrol(connection, alert, 1, households_in([QIANFO]), POLICY.household, NOW)
        home = Candidate(alert, 27, Status.EXERCISE, AlertState.OPEN, after(60), HOME, QIANFO, "zh")
        for at in (after(5), after(9)):
            transaction = Transaction(connection, POLICY)
            opt_out(transaction, home, at)
            transaction.flush()
        on_roll = roll.c.household == HOME
        stands = connection.execute(select(roll.c.reachable, roll.c.next_at).where(on_roll)).one()
        logged = connection.execute(select(events.c.kind, events.c.subject, events.c.at)).all()
    assert stands == (False, after(5))
    assert logged == [("household.opted_out", HOME, after(5))]


@pytest.mark.parametrize("word", ["START", "start.", "UNSTOP", "Yes", "ＳＴＡＲＴ"])
async def test_household_that_opts_in_again_is_reachable(work: Workplace, word: str) -> None:
    await work.raised("informant", QIANFO)
    reachable = select(roll.c.reachable).where(roll.c.household == HOME)
    for said, expected in (("STOP", False), (word, True)):
        number = household_phone(QIANFO, 1)
        now = work.runtime.clock.now()
        await take_text(work.runtime, IncomingText(f"SM-{said}-{expected}", number, said, now))
        assert work.rows(reachable) == [(expected,)]
    kind = select(events.c.subject).where(events.c.kind == "household.opted_in")
    assert work.rows(kind) == [(HOME,)]


async def came(work: Workplace, number: str, *bodies: str) -> None:
    for body in bodies:
        sid, now = f"SM-{number}-{body}", work.runtime.clock.now()
        await take_text(work.runtime, IncomingText(sid, number, body, now))


READ = select(inbound.c.intent, inbound.c.waits)
ANSWERS = select(deliveries.c.number).where(deliveries.c.priority == Priority.ANSWER)


@pytest.mark.parametrize("word", ["START", " unstop. "])
async def test_opting_in_is_not_queued_and_gets_no_answer(work: Workplace, word: str) -> None:
    await work.raised("informant", QIANFO)
    await came(work, household_phone(QIANFO, 1), word)
    assert work.rows(READ) == [("opted_in", False)]
    assert work.rows(ANSWERS) == []
    logged = select(events.c.subject).where(events.c.kind == "household.opted_in")
    assert work.rows(logged) == [(HOME,)]


@pytest.mark.parametrize("number", [officer_phone("grid"), "+8610000000077"])
async def test_start_from_an_officer_or_stranger_is_not_queued(
    work: Workplace, number: str
) -> None:
    await work.raised("informant", QIANFO)
    await came(work, number, "START")
    assert work.rows(READ) == [("opted_in", False)]
    assert work.rows(select(confirmations).where(confirmations.c.channel == "sms")) == []


@pytest.mark.parametrize("body", ["start leaving now?", "we start to drown, help", "1 start"])
async def test_start_in_a_sentence_does_not_opt_in(work: Workplace, body: str) -> None:
    await work.raised("informant", QIANFO)
    await came(work, household_phone(QIANFO, 1), body)
    assert work.rows(select(inbound.c.intent).where(inbound.c.intent == "opted_in")) == []


async def test_opting_in_makes_nobody_safe(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    now = work.runtime.clock.now()
    for said in ("STOP", "START"):
        text = IncomingText(f"SM-{said}", household_phone(QIANFO, 1), said, now)
        await take_text(work.runtime, text)
    standing = select(roll.c.standing).where(roll.c.household == HOME)
    assert work.rows(standing) == [("unaccounted",)]
