"""The outbox: every insert wakes the dispatchers, and no other module queues deliveries."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, update

import alerting
from alerting.cap.exercise import ExerciseSize
from alerting.deliveries.outbox import (
    Addressee,
    OutboxEntry,
    Plan,
    owe,
    owe_calls,
    owe_selected,
    selection,
)
from alerting.deliveries.rules.forecast import Priority, Recipient
from alerting.deliveries.tables import deliveries, texts
from alerting.deliveries.texts import insert_text
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextKind
from alerting.policy.sections import Channel
from contacts.directory import officers_for
from contacts.division import Tier
from contacts.tables import OFFICER_PHONES
from tests.support.alert_rows import stored_alert
from tests.support.city import NOW, POLICY, QIANFO, after, found_city, officer_phone

PLAN = Plan(1, 1, due_at=NOW, expires_at=after(60))
TO = Addressee(Recipient.HOUSEHOLD, "h", QIANFO, Tier.HOUSEHOLD, "+8610002080001")
MESSAGE = OutboxEntry(TO, Channel.SMS, Priority.ANSWER)


@pytest.fixture
def text(engine: Engine) -> int:
    """Return the id of a text of alert 1."""
    with engine.begin() as connection:
        stored_alert(connection)
        return insert_text(connection, 1, TextKind.ALERT, "zh", "撤离")


def test_row_and_selection_make_equal_deliveries(engine: Engine, text: int) -> None:
    with engine.begin() as connection:
        transaction = Transaction(connection, POLICY)
        owe(transaction, PLAN, text, [MESSAGE])
        values = {
            "recipient_kind": TO.kind,
            "recipient": TO.code,
            "division": TO.division,
            "tier": TO.tier,
            "number": TO.number,
            "channel": MESSAGE.channel,
            "priority": MESSAGE.priority,
        }
        owe_selected(
            transaction,
            selection(**vars(PLAN), text=texts.c.id, **values).where(texts.c.id == text),
        )
        columns = [column for column in deliveries.c if column.name != "id"]
        by_row, by_selection = connection.execute(select(*columns).order_by(deliveries.c.id))
    assert tuple(by_row) == tuple(by_selection)


def test_insert_wakes_the_dispatcher(engine: Engine, text: int) -> None:
    with engine.begin() as connection:
        by_row, by_selection = Transaction(connection, POLICY), Transaction(connection, POLICY)
        owe(by_row, PLAN, text, [MESSAGE])
        kept = {column.name: column for column in deliveries.c if column.name != "id"}
        owe_selected(by_selection, selection(**kept))
    assert by_row.topics == by_selection.topics == {("deliveries", "")}


@pytest.fixture
def city(engine: Engine, text: int) -> Engine:
    """Fill the database with the city, whose grid officer has no phone."""
    with engine.begin() as connection:
        found_city(connection)
        connection.execute(delete(OFFICER_PHONES).where(OFFICER_PHONES.c.officer == "grid"))
    return engine


CALLED = ("city-duty", "county-duty", "commander", "grid", "informant")
"""The officers responsible for Qianfo, from the highest tier to the lowest."""


def test_calls_are_queued_tier_by_tier_on_every_channel(city: Engine, text: int) -> None:
    with city.begin() as connection:
        transaction = Transaction(connection, POLICY)
        owe_calls(transaction, PLAN, [(each, text) for each in officers_for(connection, [QIANFO])])
        owed = select(deliveries.c["recipient", "channel", "number"]).order_by(deliveries.c.id)
        rows = connection.execute(owed).all()
    assert transaction.topics == {("deliveries", "")}
    assert rows == [
        (officer, channel, officer_phone(officer) if channel == "sms" else "")
        for officer in CALLED
        for channel in ("websocket", "sms")
        if (officer, channel) != ("grid", "sms")
    ]


def test_owe_calls_writes_the_same_row_as_owe(city: Engine, text: int) -> None:
    with city.begin() as connection:
        transaction = Transaction(connection, POLICY)
        (officer, *_) = officers_for(connection, [QIANFO])
        owe_calls(transaction, PLAN, [(officer, text)])
        to = Addressee.officer(officer, officer.phones[0])
        owe(transaction, PLAN, text, [OutboxEntry(to, Channel.SMS, Priority.OFFICER)])
        columns = [column for column in deliveries.c if column.name != "id"]
        by_sms = select(*columns).where(deliveries.c.channel == Channel.SMS)
        by_call, by_message = connection.execute(by_sms.order_by(deliveries.c.id))
    assert tuple(by_call) == tuple(by_message)


def test_exercise_for_one_phone_calls_no_other_officer(city: Engine, text: int) -> None:
    with city.begin() as connection:
        connection.execute(
            update(alerts).values(exercise_size=ExerciseSize.ONE_PHONE, exercise_only="commander")
        )
        transaction = Transaction(connection, POLICY)
        owe_calls(transaction, PLAN, [(each, text) for each in officers_for(connection, [QIANFO])])
        owed = connection.scalars(select(deliveries.c.recipient)).all()
    assert owed == ["commander", "commander"]


def test_empty_insert_wakes_nobody(engine: Engine, text: int) -> None:
    with engine.begin() as connection:
        transaction = Transaction(connection, POLICY)
        owe(transaction, PLAN, text, [])
        owe_calls(transaction, PLAN, [])
        kept = {column.name: column for column in deliveries.c if column.name != "id"}
        owe_selected(transaction, selection(**kept))
    assert transaction.topics == set()


def test_no_other_module_inserts_deliveries() -> None:
    source = Path(alerting.__file__).parent
    inserting = {
        file.relative_to(source).as_posix()
        for file in source.rglob("*.py")
        if _inserts_deliveries(file.read_text("utf-8"))
    }
    # `ring_back` stores an incoming call in its final state, so no dispatcher must be woken.
    assert inserting == {"deliveries/outbox.py", "voice/ring_back.py"}


def _inserts_deliveries(text: str) -> bool:
    # Modules without these words are skipped, because parsing every module takes a second.
    if "insert" not in text or "deliveries" not in text:
        return False
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return any(ast.unparse(call).startswith("insert(deliveries)") for call in calls)
