"""Dead letters are sent again when an administrator asks, on both databases."""

from datetime import timedelta

from sqlalchemy import Connection, Engine, insert

from alerting.ledger.events.alerts import AlertClosed
from alerting.ledger.writer import Transaction
from alerting.policy.webhooks import Webhook
from alerting.webhooks.letters import ask_again, dead_letters_of, next_due, record
from alerting.webhooks.store import Outcome, due_to, enlist_webhooks, state_of
from alerting.webhooks.tables import dead_letters
from tests.support.alert_rows import stored_alert
from tests.support.city import NOW, POLICY, QIANFO, found_city

OFFICE = Webhook.model_validate({"name": "office", "url": "https://a.example/h", "secret": "key"})
LATER = NOW + timedelta(days=4)


def given_up(connection: Connection, alerts: int = 2, each: int = 2) -> None:
    """Append events to alerts' logs, and make all of them dead letters of the webhook."""
    found_city(connection)
    logged = Transaction(connection, POLICY)
    for number in range(1, alerts + 1):
        alert = stored_alert(connection, number)
        for _ in range(each):
            logged.append(alert, AlertClosed(), NOW, division=QIANFO)
    logged.flush()
    enlist_webhooks(connection, ["office"], NOW)
    rows = [
        {"name": "office", "alert": alert, "seq": seq, "at": NOW, "problem": "answered 500"}
        for alert in range(1, alerts + 1)
        for seq in range(1, each + 1)
    ]
    connection.execute(insert(dead_letters), rows)


def letters(connection: Connection) -> list[tuple[int, int, str, bool]]:
    found = dead_letters_of(connection, "office", 10)
    return [(row.alert, row.seq, row.problem, row.asked_at is not None) for row in found]


def test_dead_letters_wait_until_an_administrator_asks(engine: Engine) -> None:
    with engine.begin() as connection:
        given_up(connection)
        assert next_due(connection, OFFICE, LATER) == []
        ask_again(connection, "office", LATER)
        due = next_due(connection, OFFICE, LATER)
    assert [(each.alert, each.seq) for each in due] == [(1, 1), (2, 1)]
    assert all(each.is_letter and each.event for each in due)


def test_accepted_letter_leaves_the_list_and_the_next_follows(engine: Engine) -> None:
    with engine.begin() as connection:
        given_up(connection, alerts=1)
        ask_again(connection, "office", LATER)
        places = []
        while due := next_due(connection, OFFICE, LATER):
            places += [each.seq for each in due]
            record(connection, "office", [Outcome(each) for each in due], LATER)
        assert (places, letters(connection)) == ([1, 2], [])
        row = state_of(connection, "office")
    assert row is not None
    assert row.delivered_at == LATER


def test_letter_that_fails_again_stays_and_is_not_retried(engine: Engine) -> None:
    with engine.begin() as connection:
        given_up(connection, alerts=1, each=1)
        ask_again(connection, "office", LATER)
        due = next_due(connection, OFFICE, LATER)
        record(connection, "office", [Outcome(each, "answered 503") for each in due], LATER)
        assert letters(connection) == [(1, 1, "answered 503", False)]
        assert next_due(connection, OFFICE, LATER) == []


def test_accepted_letter_ends_the_back_off_of_waiting_events(engine: Engine) -> None:
    with engine.begin() as connection:
        given_up(connection, alerts=1, each=1)
        logged = Transaction(connection, POLICY)
        logged.append(1, AlertClosed(), NOW, division=QIANFO)
        logged.flush()
        failed = [Outcome(each, "answered 500") for each in due_to(connection, OFFICE, NOW)]
        record(connection, "office", failed, NOW)
        assert due_to(connection, OFFICE, NOW) == []
        ask_again(connection, "office", NOW)
        record(connection, "office", [Outcome(*next_due(connection, OFFICE, NOW))], NOW)
        assert [each.seq for each in next_due(connection, OFFICE, NOW)] == [2]
