"""Whose phone it is: of which households and officers, on which alerts."""

import pytest
from sqlalchemy import Engine, insert, update

from alerting.core.lifecycle import AlertState
from alerting.core.text import TextKind
from alerting.storage.deliveries import Plan, insert_text, plan_officer_texts
from alerting.storage.roll import call_roll
from alerting.storage.senders import Call, CalledOfficer, households_expected, officers_called
from alerting.storage.tables import alerts
from contacts.directory import households_in, officers_for
from contacts.tables import HOUSEHOLD_PHONES
from tests.alert_rows import stored_alert
from tests.city import (
    NOW,
    QIANFO,
    TOWN,
    after,
    found_city,
    household_code,
    household_phone,
    officer_phone,
)

PHONE = household_phone(QIANFO, 3)
HOME = household_code(QIANFO, 3)


@pytest.fixture
def called(engine: Engine) -> Engine:
    """Two alerts with Qianfo on their rolls, and its officers called."""
    with engine.begin() as connection:
        found_city(connection)
        for number in (27, 28):
            alert = stored_alert(connection, number)
            call_roll(connection, alert, 1, households_in([QIANFO]))
            text = insert_text(connection, alert, TextKind.CALL, "zh", "call")
            plan = Plan(alert, 1, due_at=NOW, expires_at=after(60))
            plan_officer_texts(connection, plan, officers_for(connection, [QIANFO]), text)
    return engine


def test_a_phone_is_expected_on_every_alert_of_its_household(called: Engine) -> None:
    with called.begin() as connection:
        found = households_expected(connection, {PHONE, "+8610001234567"})
    assert set(found) == {PHONE}
    assert [
        (c.alert, c.number, c.household) for c in sorted(found[PHONE], key=lambda c: c.alert)
    ] == [
        (1, 27, HOME),
        (2, 28, HOME),
    ]
    assert {c.state for c in found[PHONE]} == {AlertState.OPEN}


def test_a_phone_that_two_households_gave_is_expected_for_both(called: Engine) -> None:
    neighbour = household_code(QIANFO, 10)
    with called.begin() as connection:
        connection.execute(
            insert(HOUSEHOLD_PHONES).values(household=neighbour, position=0, number=PHONE)
        )
        found = households_expected(connection, {PHONE, household_phone(QIANFO, 4)})
    assert sorted((c.alert, c.household) for c in found[PHONE]) == [
        (alert, home) for alert in (1, 2) for home in (HOME, neighbour)
    ]
    assert len(found[household_phone(QIANFO, 4)]) == 2


def test_an_alert_that_is_closed_still_takes_answers(called: Engine) -> None:
    with called.begin() as connection:
        connection.execute(update(alerts).values(state=AlertState.CLOSED))
        (first, *_) = households_expected(connection, {PHONE})[PHONE]
    assert first.state is AlertState.CLOSED


def test_officers_owe_their_word_to_open_alerts_that_called_them(called: Engine) -> None:
    with called.begin() as connection:
        connection.execute(update(alerts).where(alerts.c.id == 1).values(state="closed"))
        asked = {officer_phone(each) for each in ("commander", "far-commander")} | {PHONE}
        found = officers_called(connection, asked)
    assert {phone: list(called) for phone, called in found.items() if called} == {
        officer_phone("commander"): [Call(CalledOfficer(2, "commander", TOWN), 28, confirmed=False)]
    }


def test_nobody_asked_is_nobody_found(called: Engine) -> None:
    with called.begin() as connection:
        assert dict(households_expected(connection, set())) == {}
        assert dict(officers_called(connection, set())) == {}
