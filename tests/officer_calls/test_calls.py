"""Stored officer calls: which are made, which are due, and their states."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import Connection, Engine, insert, select, update

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.outbox import Addressee, Plan
from alerting.deliveries.plan import owe_call
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Priority, Recipient
from alerting.deliveries.tables import deliveries
from alerting.deliveries.texts import insert_text
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.speech import SpeechKind
from alerting.messages.text import TextKind
from alerting.officer_calls.calls import (
    advance_officer_calls,
    begin_calls,
    due_calls,
    end_calls,
    not_called,
    record_told,
    stand_down_officers,
    tries_waiting,
)
from alerting.officer_calls.confirm import CalledOfficer, confirm
from alerting.officer_calls.listing import calls_within
from alerting.officer_calls.rules import CallState
from alerting.officer_calls.tables import officer_calls
from alerting.policy.escalation import Position
from contacts.directory import called_first, officers_for
from contacts.division import Tier
from contacts.tables import OFFICERS
from tests.support.alert_rows import stored_alert
from tests.support.city import (
    CITY,
    NOW,
    POLICY,
    QIANFO,
    TOWN,
    after,
    found_city,
    officer_phone,
    somebody,
)

FIRST = ["city-duty", "county-duty", "commander", "grid", "informant"]
PLAN = Plan(1, 1, due_at=NOW, expires_at=after(3600))


@pytest.fixture
def city(engine: Engine) -> Engine:
    """Store two alerts for Qianfo, whose grid officer has a deputy."""
    with engine.begin() as connection:
        found_city(connection)
        connection.execute(
            insert(OFFICERS).values(
                id="deputy", name="代", role="grid_officer", division=QIANFO, deputy_of="grid"
            )
        )
        stored_alert(connection)
        stored_alert(connection, 28)
    return engine


def call_first(connection: Connection, alert: int = 1) -> None:
    text = insert_text(connection, alert, TextKind.CALL, "zh", "call")
    plan = Plan(alert, 1, due_at=NOW, expires_at=after(3600))
    officers = called_first(officers_for(connection, [QIANFO]))
    begin_calls(Transaction(connection, POLICY), plan, officers, lambda _: text)


def due(connection: Connection, seconds: float, most: int = 99) -> list[tuple[int, str]]:
    found = due_calls(Transaction(connection, POLICY), after(seconds), most)
    return [(one.alert, one.officer) for one in found]


def test_call_queues_texts_and_starts_a_ladder(city: Engine) -> None:
    with city.begin() as connection:
        call_first(connection)
        rows = connection.execute(select(officer_calls).order_by(officer_calls.c.officer)).all()
        owed = connection.execute(select(deliveries.c.recipient, deliveries.c.channel)).all()
    assert [row.officer for row in rows] == sorted(FIRST)
    assert {(row.called_at, row.steps_done, row.next_at, row.seq) for row in rows} == {
        (NOW, 2, after(180), 1)
    }
    assert sorted(owed) == sorted((id_, by) for id_ in FIRST for by in ("sms", "websocket"))


def test_called_or_confirmed_officer_is_not_called_again(city: Engine) -> None:
    with city.begin() as connection:
        call_first(connection)
        transaction = Transaction(connection, POLICY)
        confirm(transaction, [CalledOfficer(1, "deputy", QIANFO)], "web", NOW)
        transaction.flush()
        everybody = officers_for(connection, [TOWN])
        assert [one.id for one in not_called(connection, 1, everybody)] == ["next-grid"]
        assert len(not_called(connection, 2, everybody)) == len(everybody)
        begin_calls(transaction, PLAN, [], lambda _: 0)
        assert not_called(connection, 1, []) == []


def test_due_calls_are_of_open_alerts_longest_waiting_first(city: Engine) -> None:
    with city.begin() as connection:
        call_first(connection)
        call_first(connection, 2)
        connection.execute(update(alerts).where(alerts.c.id == 2).values(state=AlertState.CLOSED))
        assert due(connection, 179) == []
        early = update(officer_calls).values(next_at=after(100))
        connection.execute(early.where(officer_calls.c.officer == "informant"))
        assert due(connection, 179) == [(1, "informant")]
        assert due(connection, 180, most=2) == [(1, "informant"), (1, "city-duty")]
        assert len(due(connection, 180)) == len(FIRST)


def test_second_process_finds_no_due_calls(city: Engine) -> None:
    def look() -> list[tuple[int, str]]:
        with city.begin() as connection:
            return due(connection, 180)

    with city.begin() as connection:
        call_first(connection)
    with ThreadPoolExecutor(1) as pool:
        with city.begin() as connection:
            found = due_calls(Transaction(connection, POLICY), after(180), 99)
            second = pool.submit(look)
            # The second process waits for the first to commit; without the lock, it would read the
            # same rows.
            wait([second], timeout=0.5)
            advance_officer_calls(
                connection, [(one, Position(NOW, 3, after(280))) for one in found]
            )
        assert (len(found), second.result()) == (len(FIRST), [])


def test_ladder_advances_and_ends(city: Engine) -> None:
    with city.begin() as connection:
        call_first(connection)
        found = due_calls(Transaction(connection, POLICY), after(180), 99)
        grid = next(one for one in found if one.officer == "grid")
        assert grid.position == Position(NOW, 2, after(180))
        advance_officer_calls(connection, [(grid, Position(NOW, 3, after(280)))])
        advance_officer_calls(connection, [])
        assert (1, "grid") not in due(connection, 279)
        assert (1, "grid") in due(connection, 280)
        end_calls(connection, [(1, "grid")], after(281))
        end_calls(connection, [], after(281))
        assert (1, "grid") not in due(connection, 999)
        stand_down_officers(connection, 2)
        assert len(due(connection, 999)) == len(FIRST) - 1
        stand_down_officers(connection, 1)
        assert due(connection, 999) == []


@pytest.mark.parametrize(
    ("state", "becomes", "is_over"),
    [
        (DeliveryState.QUEUED, DeliveryState.CANCELLED, True),
        (DeliveryState.SENDING, DeliveryState.SENDING, True),
        (DeliveryState.UNKNOWN, DeliveryState.UNKNOWN, True),
        # A ringing phone call is not cancelled, so the officer hears the text on picking up.
        (DeliveryState.ACCEPTED, DeliveryState.ACCEPTED, False),
    ],
)
def test_confirmation_cancels_waiting_phone_calls(
    city: Engine, state: DeliveryState, becomes: DeliveryState, is_over: bool
) -> None:
    with city.begin() as connection:
        call_first(connection)
        for officer in ("grid", "informant"):
            speech = insert_text(connection, 1, SpeechKind.CALL, "zh", "zh-CN call")
            number = officer_phone(officer)
            to = Addressee(Recipient.OFFICER, officer, QIANFO, Tier.VILLAGE, number)
            owe_call(Transaction(connection, POLICY), PLAN, speech, to, Priority.OFFICER)
        connection.execute(
            update(deliveries).where(deliveries.c.channel == "voice").values(state=state)
        )
        end_calls(connection, [(1, "grid")], after(60))
        rows = connection.execute(
            select(deliveries.c.recipient, deliveries.c.channel, deliveries.c.state)
            .add_columns(deliveries.c.expires_at)
            .where(deliveries.c.recipient.in_(["grid", "informant"]))
        ).all()
    found = {(row.recipient, row.channel): (row.state, row.expires_at) for row in rows}
    assert found["grid", "voice"] == (becomes, after(60) if is_over else after(3600))
    assert found["informant", "voice"] == (state, after(3600))
    assert found["grid", "sms"] == (DeliveryState.QUEUED, after(3600))


def test_waiting_tries_are_pairs_of_officer_and_channel(city: Engine) -> None:
    with city.begin() as connection:
        call_first(connection)
        connection.execute(
            update(deliveries).where(deliveries.c.channel == "sms").values(state="sent")
        )
        assert tries_waiting(connection, 1, ["grid"]) == {("grid", "websocket")}
        assert tries_waiting(connection, 2, FIRST) == set()


def test_call_is_listed_with_its_state(city: Engine) -> None:
    with city.begin() as connection:
        call_first(connection)
        text = insert_text(connection, 1, TextKind.CALL, "zh", "call")
        transaction = Transaction(connection, POLICY)
        begin_calls(transaction, PLAN, [somebody(connection, "deputy")], lambda _: text)
        confirm(transaction, [CalledOfficer(1, "commander", TOWN)], "sms", after(30))
        transaction.flush()
        record_told(connection, [(1, "grid")], after(480))
        record_told(connection, [], after(481))
        connection.execute(
            update(officer_calls).where(officer_calls.c.officer == "city-duty").values(steps_done=7)
        )
        shown = calls_within(connection, 1, CITY, POLICY.officer)
        below = calls_within(connection, 1, QIANFO, POLICY.officer)
        assert calls_within(connection, 2, CITY, POLICY.officer) == []
    assert [(one.officer, one.state) for one in shown] == [
        ("city-duty", CallState.NOT_WOKEN),
        ("county-duty", CallState.CALLED),
        ("grid", CallState.NOT_WOKEN),
        ("informant", CallState.CALLED),
        ("deputy", CallState.CALLED),
        ("commander", CallState.CONFIRMED),
    ]
    assert [one.officer for one in below] == ["grid", "informant", "deputy"]
    assert (shown[-1].confirmed_at, shown[-1].channel) == (after(30), "sms")
    assert (below[0].told_above_at, below[0].confirmed_at) == (after(480), None)
    assert below[-1].deputy_of == "grid"
