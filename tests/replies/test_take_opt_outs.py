"""An opt-out opens a door task at once and is logged once."""

import pytest
from sqlalchemy import Engine, select

from alerting.cap.alert import Status
from alerting.cap.lifecycle import AlertState
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from alerting.replies.rules.routing import Candidate
from alerting.replies.statements import IncomingText
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
)
from tests.support.running import Workplace

HOME = household_code(QIANFO, 1)


def test_opt_out_is_due_for_a_visit_at_once(engine: Engine) -> None:
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
async def test_opting_in_again_brings_a_household_back(work: Workplace, word: str) -> None:
    await work.raised("informant", QIANFO)
    reachable = select(roll.c.reachable).where(roll.c.household == HOME)
    for said, expected in (("STOP", False), (word, True), (word, True)):
        number = household_phone(QIANFO, 1)
        now = work.runtime.clock.now()
        await take_text(work.runtime, IncomingText(f"SM-{said}-{expected}", number, said, now))
        assert work.rows(reachable) == [(expected,)]
    kind = select(events.c.subject).where(events.c.kind == "household.opted_in")
    assert work.rows(kind) == [(HOME,)]


async def test_opting_in_accounts_for_nobody(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    now = work.runtime.clock.now()
    for said in ("STOP", "START"):
        text = IncomingText(f"SM-{said}", household_phone(QIANFO, 1), said, now)
        await take_text(work.runtime, text)
    standing = select(roll.c.standing).where(roll.c.household == HOME)
    assert work.rows(standing) == [("unaccounted",)]
