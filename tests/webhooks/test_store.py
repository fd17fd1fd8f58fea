"""The queries for a webhook's next events, on both databases."""

import pytest
from sqlalchemy import Connection, Engine, delete

from alerting.ledger.events.alerts import AlertClosed, AlertProposed, AlertWithdrawn
from alerting.ledger.tables import areas
from alerting.ledger.writer import Transaction
from alerting.policy.webhooks import Webhook
from alerting.webhooks.store import (
    Due,
    Outcome,
    count_behind,
    due_to,
    enlist_webhooks,
    record_told,
    state_of,
)
from tests.support.alert_rows import stored_alert
from tests.support.city import NEXT_VILLAGE, NOW, POLICY, QIANFO, TOWN, after, found_city

OFFICE = Webhook.model_validate(
    {"name": "office", "url": "https://a.example/h", "secret": "key", "kinds": ["help.*"]}
)
ALL = OFFICE.model_copy(update={"kinds": ()})


def _logged(connection: Connection, alert: int, times: int) -> None:
    transaction = Transaction(connection, POLICY)
    for _ in range(times):
        transaction.append(alert, AlertClosed(), NOW, division=QIANFO)
    transaction.flush()


def _places(due: list[Due]) -> list[tuple[int, int]]:
    return [(each.alert, each.seq) for each in due]


def test_next_event_of_each_alert_is_due(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
        alerts = [stored_alert(connection, number) for number in (1, 2)]
        _logged(connection, alerts[0], 1)
        enlist_webhooks(connection, ["office"], NOW)
        enlist_webhooks(connection, ["office"], NOW)
        for alert in alerts:
            _logged(connection, alert, 2)
        first = due_to(connection, ALL, NOW)
        record_told(connection, "office", [Outcome(each) for each in first], NOW)
        second = due_to(connection, ALL, NOW)
        waiting = count_behind(connection, "office")
    assert _places(first) == [(alerts[0], 2), (alerts[1], 1)]
    assert _places(second) == [(alerts[0], 3), (alerts[1], 2)]
    assert waiting == (2, 0)


def test_unwanted_entries_are_skipped(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
        enlist_webhooks(connection, ["office"], NOW)
        alert = stored_alert(connection)
        _logged(connection, alert, 250)
        steps = []
        while due := due_to(connection, OFFICE, NOW):
            steps += [(each.seq, each.event) for each in due]
            record_told(connection, "office", [Outcome(each) for each in due], NOW)
        assert steps == [(100, None), (200, None), (250, None)]


def test_after_a_failure_one_event_is_due_after_the_back_off(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
        enlist_webhooks(connection, ["office"], NOW)
        alerts = [stored_alert(connection, number) for number in (1, 2)]
        for alert in alerts:
            _logged(connection, alert, 1)
        due = due_to(connection, ALL, NOW)
        record_told(connection, "office", [Outcome(each, "answered 500") for each in due], NOW)
        assert due_to(connection, ALL, after(4)) == []
        assert _places(due_to(connection, ALL, after(5))) == [(alerts[0], 1)]


def test_skipped_entries_do_not_end_a_failure(engine: Engine) -> None:
    beyond = OFFICE.model_copy(update={"kinds": (), "division": NEXT_VILLAGE})
    with engine.begin() as connection:
        found_city(connection)
        enlist_webhooks(connection, ["office"], NOW)
        busy, waiting = (stored_alert(connection, number) for number in (1, 2))
        log = Transaction(connection, POLICY)
        log.append(waiting, AlertClosed(), NOW, division=NEXT_VILLAGE)
        log.flush()
        failed = [Outcome(each, "answered 500") for each in due_to(connection, beyond, NOW)]
        record_told(connection, "office", failed, NOW)
        known = state_of(connection, "office")
        _logged(connection, busy, 2)
        due = due_to(connection, beyond, after(5))
        passed_over = [Outcome(each) for each in due if each.event is None]
        record_told(connection, "office", passed_over, after(5))
        assert _places(due) == [(busy, 2), (waiting, 1)]
        assert state_of(connection, "office") == known
        assert _places(due_to(connection, beyond, after(5))) == [(waiting, 1)]


@pytest.mark.parametrize(("home", "told"), [(TOWN, [1, 2]), (QIANFO, [1, 2]), (NEXT_VILLAGE, [])])
def test_proposal_and_its_withdrawal_reach_the_divisions_proposed(
    engine: Engine, home: str, told: list[int]
) -> None:
    local = OFFICE.model_copy(update={"kinds": (), "division": home})
    with engine.begin() as connection:
        found_city(connection)
        enlist_webhooks(connection, ["office"], NOW)
        alert = stored_alert(connection)
        connection.execute(delete(areas))
        log = Transaction(connection, POLICY)
        log.append(alert, AlertProposed(source="cap:met", divisions=(QIANFO,)), NOW)
        log.append(alert, AlertWithdrawn(reason="declined"), NOW)
        log.flush()
        seqs = []
        while due := due_to(connection, local, NOW):
            seqs += [each.seq for each in due if each.event]
            record_told(connection, "office", [Outcome(each) for each in due], NOW)
    assert seqs == told
