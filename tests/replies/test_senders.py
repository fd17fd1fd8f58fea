"""Queries for the households and officers with a phone, and for their alerts."""

from functools import partial

import pytest
from sqlalchemy import Engine, insert, update

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.outbox import Plan
from alerting.deliveries.rules.delivery import MAY_HAVE_ARRIVED, DeliveryState
from alerting.deliveries.tables import deliveries
from alerting.deliveries.texts import insert_text
from alerting.doors.rules import Cause
from alerting.doors.tasks import Door, Settled, assign, close_tasks
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextKind
from alerting.officer_calls.calls import begin_calls
from alerting.officer_calls.confirm import CalledOfficer, confirm
from alerting.replies.senders import (
    OpenOfficerCall,
    doors_of,
    households_on_rolls,
    officer_calls_to,
    on_rolls_ending,
    roster_households,
)
from alerting.roll.enrol import enrol
from contacts.directory import households_in, officers_for
from contacts.tables import HOUSEHOLD_PHONES
from tests.support.alert_rows import stored_alert
from tests.support.city import (
    NOW,
    POLICY,
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
PHONELESS = household_code(QIANFO, 10)


def _same(text: int, _language: str) -> int:
    return text


@pytest.fixture
def called(engine: Engine) -> Engine:
    """Return a database with two alerts for Qianfo, to which its officers were called."""
    with engine.begin() as connection:
        found_city(connection)
        for number in (27, 28):
            alert = stored_alert(connection, number)
            enrol(connection, alert, 1, households_in([QIANFO]), POLICY.household, NOW)
            text = insert_text(connection, alert, TextKind.CALL, "zh", "call")
            plan = Plan(alert, 1, due_at=NOW, expires_at=after(60))
            officers = officers_for(connection, [QIANFO])
            begin_calls(Transaction(connection, POLICY), plan, officers, partial(_same, text))
    return engine


def test_phone_finds_its_household_on_every_alert(called: Engine) -> None:
    with called.begin() as connection:
        found = households_on_rolls(connection, {PHONE, "+8610001234567"})
    assert set(found) == {PHONE}
    assert [
        (c.alert, c.alert_code, c.household) for c in sorted(found[PHONE], key=lambda c: c.alert)
    ] == [
        (1, 27, HOME),
        (2, 28, HOME),
    ]
    assert {c.state for c in found[PHONE]} == {AlertState.OPEN}


def test_shared_phone_finds_both_households(called: Engine) -> None:
    neighbour = household_code(QIANFO, 10)
    with called.begin() as connection:
        connection.execute(
            insert(HOUSEHOLD_PHONES).values(household=neighbour, position=0, number=PHONE)
        )
        found = households_on_rolls(connection, {PHONE, household_phone(QIANFO, 4)})
    assert sorted((c.alert, c.household) for c in found[PHONE]) == [
        (alert, home) for alert in (1, 2) for home in (HOME, neighbour)
    ]
    assert len(found[household_phone(QIANFO, 4)]) == 2


def test_households_on_a_closed_alert_are_found(called: Engine) -> None:
    with called.begin() as connection:
        connection.execute(update(alerts).values(state=AlertState.CLOSED))
        (first, *_) = households_on_rolls(connection, {PHONE})[PHONE]
    assert first.state is AlertState.CLOSED


def test_officer_calls_of_open_alerts_are_found_by_phone(called: Engine) -> None:
    with called.begin() as connection:
        connection.execute(update(alerts).where(alerts.c.id == 1).values(state="closed"))
        asked = {officer_phone(each) for each in ("commander", "far-commander")} | {PHONE}
        found = officer_calls_to(connection, asked)
    assert {phone: list(called) for phone, called in found.items() if called} == {
        officer_phone("commander"): [
            OpenOfficerCall(
                CalledOfficer(2, "commander", TOWN), 28, answered=False, handed_over=False
            )
        ]
    }


@pytest.mark.parametrize("state", DeliveryState)
def test_call_counts_as_handed_over_once_it_may_have_arrived(
    called: Engine, state: DeliveryState
) -> None:
    with called.begin() as connection:
        connection.execute(update(deliveries).values(state=state))
        calls = officer_calls_to(connection, {officer_phone("commander")})
    assert {call.handed_over for call in calls[officer_phone("commander")]} == {
        state in MAY_HAVE_ARRIVED
    }


@pytest.mark.parametrize(
    ("channel", "answered"), [(EventKind.ALERT_RAISED, False), ("sms", True), ("web", True)]
)
def test_raising_an_alert_does_not_answer_its_call(
    called: Engine, channel: str, answered: bool
) -> None:
    grid = CalledOfficer(1, "grid", QIANFO)
    with called.begin() as connection:
        transaction = Transaction(connection, POLICY)
        confirm(transaction, [grid], channel, NOW)
        transaction.flush()
        found = officer_calls_to(connection, {officer_phone("grid")})[officer_phone("grid")]
    assert {call.to.alert: call.answered for call in found} == {1: answered, 2: False}


def test_empty_request_finds_nobody(called: Engine) -> None:
    with called.begin() as connection:
        assert dict(households_on_rolls(connection, set())) == {}
        assert dict(officer_calls_to(connection, set())) == {}


def test_roster_identifies_phones_without_an_alert(called: Engine) -> None:
    with called.begin() as connection:
        connection.execute(
            insert(HOUSEHOLD_PHONES).values(
                household=household_code(QIANFO, 1), position=1, number=PHONE
            )
        )
        found = roster_households(connection, {PHONE, "+8610001234567"})
        assert roster_households(connection, set()) == {}
    assert found == {PHONE: [household_code(QIANFO, 1), HOME]}


@pytest.mark.parametrize(
    ("end", "division", "found"),
    [
        ("003", QIANFO, [1, 2]),
        ("0003", TOWN, [1, 2]),
        ("2080003", "5119", [1, 2]),
        ("099", QIANFO, []),
        ("003", "511921100209", []),
    ],
)
def test_households_are_found_by_code_suffix(
    called: Engine, end: str, division: str, found: list[int]
) -> None:
    with called.begin() as connection:
        named = on_rolls_ending(connection, end, division)
    assert sorted((c.alert, c.household) for c in named) == [(alert, HOME) for alert in found]


def test_code_suffix_skips_cancelled_alerts(called: Engine) -> None:
    with called.begin() as connection:
        for alert, state in ((1, "cancelled"), (2, "closed")):
            connection.execute(update(alerts).where(alerts.c.id == alert).values(state=state))
        assert [c.alert for c in on_rolls_ending(connection, "003", QIANFO)] == [2]


def test_doors_of_an_officer_are_the_pending_door_tasks(called: Engine) -> None:
    second = household_code(QIANFO, 4)
    with called.begin() as connection:
        transaction = Transaction(connection, POLICY)
        doors = [
            Door(1, home, QIANFO, officer, Cause.SILENT, NOW)
            for home, officer in ((HOME, "grid"), (second, "grid"), (PHONELESS, "commander"))
        ]
        assign(transaction, doors, NOW)
        close_tasks(transaction, [Settled(1, second, "grid")], NOW)
        transaction.flush()
        found = doors_of(connection, ["grid", "informant"])
    assert {officer: [c.household for c in homes] for officer, homes in found.items()} == {
        "grid": [HOME]
    }
