"""The outbox: every insert wakes the dispatcher, and no other module inserts owed deliveries."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

import alerting
from alerting.deliveries.outbox import (
    Addressee,
    OutboxEntry,
    Plan,
    owe,
    owe_selected,
    selection,
)
from alerting.deliveries.rules.forecast import Priority, Recipient
from alerting.deliveries.tables import deliveries, texts
from alerting.deliveries.texts import insert_text
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextKind
from alerting.policy.sections import Channel
from contacts.division import Tier
from tests.support.alert_rows import stored_alert
from tests.support.city import NOW, POLICY, QIANFO, after

PLAN = Plan(1, 1, due_at=NOW, expires_at=after(60))
TO = Addressee(Recipient.HOUSEHOLD, "h", QIANFO, Tier.HOUSEHOLD, "+8610002080001")
MESSAGE = OutboxEntry(TO, Channel.SMS, Priority.ANSWER)


@pytest.fixture
def text(engine: Engine) -> int:
    """Return a text of alert 1."""
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


def test_empty_insert_wakes_nobody(engine: Engine, text: int) -> None:
    with engine.begin() as connection:
        transaction = Transaction(connection, POLICY)
        owe(transaction, PLAN, text, [])
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
    # A call that came in is kept as answered: nobody is owed it, so nobody is woken.
    assert inserting == {"deliveries/outbox.py", "voice/ring_back.py"}


def _inserts_deliveries(text: str) -> bool:
    # Modules without these names are not parsed: parsing all of them takes a second.
    if "insert" not in text or "deliveries" not in text:
        return False
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return any(ast.unparse(call).startswith("insert(deliveries)") for call in calls)
