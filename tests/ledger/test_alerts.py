"""Queries of stored alerts: free codes, alerts that concern a division, the log in pages."""

import pytest
from sqlalchemy import Engine, delete, event, update

from alerting.cap.lifecycle import OVER, AlertState
from alerting.ledger.alerts import (
    FIRST_NUMBER,
    LAST_NUMBER,
    events_after,
    find_alert,
    find_by_key,
    free_number,
    insert_areas,
    last_seq,
    list_alerts,
    open_alerts,
    set_state,
    stored,
)
from alerting.ledger.events.officers import TasksTold
from alerting.ledger.tables import alerts
from alerting.ledger.tables import areas as areas_table
from alerting.ledger.writer import Transaction
from alerting.officer_calls.confirm import CalledOfficer, confirm
from alerting.officer_calls.listing import confirmed_officers
from tests.support.alert_rows import REQUEST, stored_alert
from tests.support.city import (
    CITY,
    COUNTY,
    FAR_TOWN,
    NEXT_VILLAGE,
    NOW,
    POLICY,
    QIANFO,
    TOWN,
    after,
    found_city,
)


def test_alert_is_read_as_it_was_stored(engine: Engine) -> None:
    with engine.begin() as connection:
        alert = stored(connection, stored_alert(connection))
    assert alert.request == REQUEST
    assert (alert.status, alert.state) == (REQUEST.status, AlertState.OPEN)
    assert (alert.sent, alert.expires) == (NOW, after(86_400))
    assert alert.divisions == (QIANFO,)


@pytest.mark.parametrize("state", AlertState)
def test_final_state_ends_an_alert(engine: Engine, state: AlertState) -> None:
    with engine.begin() as connection:
        alert = stored_alert(connection)
        set_state(connection, alert, state, after(60))
        assert stored(connection, alert).ended_at == (after(60) if state in OVER else None)


def test_codes_wrap_around_and_skip_used_ones(engine: Engine) -> None:
    with engine.begin() as connection:
        assert free_number(connection) == FIRST_NUMBER
        stored_alert(connection, number=LAST_NUMBER - 1)
        assert free_number(connection) == LAST_NUMBER
        last = stored_alert(connection, number=LAST_NUMBER)
        assert free_number(connection) == FIRST_NUMBER
        stored_alert(connection, number=FIRST_NUMBER)
        stored_alert(connection, number=LAST_NUMBER - 2)
        set_state(connection, last, AlertState.CLOSED, NOW)
        # A closed alert keeps its code, because people reply to it until the all-clear.
        assert free_number(connection) == FIRST_NUMBER + 1
        set_state(connection, last, AlertState.ALL_CLEAR, NOW)
        # The latest alert has code 97; code 98 is in use, and code 99 is free again.
        assert free_number(connection) == LAST_NUMBER


def test_oldest_code_is_reused_if_all_ninety_are_in_use(engine: Engine) -> None:
    with engine.begin() as connection:
        for number in range(FIRST_NUMBER, LAST_NUMBER + 1):
            stored_alert(connection, number=number)
        assert free_number(connection) == FIRST_NUMBER


@pytest.mark.parametrize(
    ("areas", "scope", "concerned"),
    [
        ([QIANFO], QIANFO, True),
        ([QIANFO], QIANFO + "001", True),
        ([QIANFO], TOWN, True),
        ([QIANFO], CITY, True),
        ([QIANFO], NEXT_VILLAGE, False),
        ([QIANFO], FAR_TOWN, False),
        ([COUNTY], QIANFO, True),
        ([COUNTY], "511922", False),
        ([NEXT_VILLAGE, FAR_TOWN], TOWN, True),
    ],
)
def test_alert_concerns_descendants_and_ancestors_of_its_area(
    engine: Engine, areas: list[str], scope: str, concerned: bool
) -> None:
    with engine.begin() as connection:
        alert = stored_alert(connection)
        connection.execute(delete(areas_table))
        insert_areas(connection, alert, areas, 1)
        found = find_alert(connection, alert, scope)
        assert (found is not None) is concerned
        for listed in (list_alerts(connection, scope, 10), open_alerts(connection, scope)):
            assert [each.id for each in listed] == [alert] * concerned


def test_lists_are_newest_first_and_open_alerts_exclude_closed(engine: Engine) -> None:
    with engine.begin() as connection:
        ids = [stored_alert(connection, number=number) for number in range(10, 15)]
        set_state(connection, ids[-1], AlertState.CLOSED, NOW)
        assert [each.id for each in list_alerts(connection, CITY, 3)] == ids[:1:-1]
        assert [each.id for each in open_alerts(connection, CITY)] == ids[-2::-1]


@pytest.mark.parametrize("alerts_stored", [1, 3])
def test_list_with_areas_takes_two_statements(engine: Engine, alerts_stored: int) -> None:
    with engine.begin() as connection:
        for number in range(alerts_stored):
            stored_alert(connection, number + FIRST_NUMBER)
        said: list[str] = []
        event.listen(
            connection, "before_cursor_execute", lambda _c, _cur, sql, *_rest: said.append(sql)
        )
        found = list_alerts(connection, CITY, 10)
    assert [alert.divisions for alert in found] == [(QIANFO,)] * alerts_stored
    assert len(said) == 2


@pytest.mark.parametrize(
    ("state", "seconds", "sending"),
    [
        (AlertState.OPEN, 86_399, True),
        (AlertState.OPEN, 86_400, False),
        (AlertState.CLOSED, 0, False),
    ],
)
def test_alert_is_sending_while_open_and_not_expired(
    engine: Engine, state: AlertState, seconds: int, sending: bool
) -> None:
    with engine.begin() as connection:
        alert = stored_alert(connection)
        set_state(connection, alert, state, NOW)
        assert stored(connection, alert).is_sending(after(seconds)) is sending


def test_idempotency_key_belongs_to_its_caller(engine: Engine) -> None:
    with engine.begin() as connection:
        alert = stored_alert(connection)
        mine = find_by_key(connection, "informant", "key-27")
        assert mine
        assert mine.id == alert
        assert find_by_key(connection, "grid", "key-27") is None
        assert find_by_key(connection, "informant", "key-28") is None


def test_areas_are_added_once(engine: Engine) -> None:
    with engine.begin() as connection:
        alert = stored_alert(connection)
        insert_areas(connection, alert, [QIANFO, TOWN], 2)
        insert_areas(connection, alert, [TOWN], 3)
        assert stored(connection, alert).divisions == (TOWN, QIANFO)


def test_log_is_read_in_pages(engine: Engine) -> None:
    with engine.begin() as connection:
        alert = stored_alert(connection)
        transaction = Transaction(connection, POLICY)
        for number in range(5):
            transaction.append(alert, TasksTold(doors=number), after(number), subject="grid")
        transaction.flush()
        first = events_after(connection, alert, 0, 3)
        rest = events_after(connection, alert, first[-1].seq, 10)
        assert [TasksTold.read(event.payload).doors for event in first + rest] == [*range(5)]
        assert [event.seq for event in first + rest] == [1, 2, 3, 4, 5]
        assert last_seq(connection, alert) == 5


def test_confirmed_officers_are_counted_by_division(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
        alert = stored_alert(connection)
        heard = [CalledOfficer(alert, "grid", QIANFO), CalledOfficer(alert, "commander", TOWN)]
        transaction = Transaction(connection, POLICY)
        confirm(transaction, heard, "sms", NOW)
        transaction.flush()
        counted = [confirmed_officers(connection, alert, d) for d in (CITY, TOWN, QIANFO, FAR_TOWN)]
    assert counted == [2, 2, 1, 0]


def test_stored_state_is_read_back(engine: Engine) -> None:
    with engine.begin() as connection:
        alert = stored_alert(connection)
        connection.execute(update(alerts).values(state="cancelled"))
        assert stored(connection, alert).state is AlertState.CANCELLED
