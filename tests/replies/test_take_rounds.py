"""Texts processed in one batch have the same result as texts processed one by one."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, Select, insert, select, update

from alerting.accounting.audit import verify
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.outbox import Plan
from alerting.deliveries.tables import deliveries, texts
from alerting.deliveries.texts import insert_text
from alerting.doors.rules import Cause
from alerting.doors.tables import tasks
from alerting.doors.tasks import Door, assign
from alerting.help_cases.tables import help_cases
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.tables import alerts, events
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextKind
from alerting.officer_calls.calls import begin_calls
from alerting.officer_calls.tables import confirmations
from alerting.replies.inbound import store_unread
from alerting.replies.statements import IncomingText
from alerting.replies.tables import inbound
from alerting.replies.take import take_batch
from alerting.roll.enrol import enrol
from alerting.roll.tables import evidence, roll, tallies
from alerting.roll.tallies import add_joined
from contacts.directory import households_in, officers_for
from contacts.tables import HOUSEHOLD_PHONES
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

HOMES: Final = (1, 2, 3, 4)
SECOND_PHONE: Final = "+8610020899999"
"""Phone of household 1 alone."""
SHARED_PHONE: Final = "+8610020899998"
"""Phone that households 2 and 3 share."""
STRANGER: Final = "+8610020899997"
PHONES: Final = (
    *(household_phone(QIANFO, number) for number in HOMES),
    SECOND_PHONE,
    SHARED_PHONE,
    STRANGER,
    officer_phone("grid"),
    officer_phone("commander"),
)
BODIES: Final = (
    "1",
    "1 2",
    "1 1",
    "2",
    "3",
    "4",
    "STOP",
    "今天天气",
    "收到",
    "1 #28",
    "2 #28",
    "0001 1",
    "0002 2",
    "0003 3",
    "0001 1\n0002 1 1",
    "0007 1",
)
ALERT_STATES: Final = (
    (AlertState.OPEN, AlertState.OPEN),
    (AlertState.OPEN, AlertState.CLOSED),
    (AlertState.CLOSED, AlertState.CLOSED),
)

_alert = alerts.c.number
COMPARED: Final[dict[str, Select[Any]]] = {
    "standings": select(
        *roll.c["alert", "household", "standing", "unaccounted", "needs_help", "staying"],
        *roll.c["elsewhere", "evacuated", "verified", "flagged", "reason", "settled_by"],
        *roll.c["danger", "reachable", "steps_done"],
    ).order_by(roll.c.alert, roll.c.household),
    "tallies": select(tallies).order_by(tallies.c.alert, tallies.c.division),
    "alerts": select(_alert, alerts.c.state).order_by(_alert),
    "evidence": select(
        *evidence.c["alert", "household", "given_at", "rung", "given_by", "report", "people"],
        *evidence.c["channel", "source", "note"],
    ).order_by(evidence.c.alert, evidence.c.household, evidence.c.id),
    "texts": select(
        *inbound.c["provider_id", "sender", "body", "intent", "reason", "alert", "recipient"],
        *inbound.c["waits", "settled_by", "settled_at"],
    ).order_by(inbound.c.provider_id),
    "answers": select(
        *deliveries.c["alert", "recipient", "number", "channel", "priority"],
        *texts.c["kind", "body"],
    )
    .join(texts, texts.c.id == deliveries.c.text)
    .where(texts.c.kind != TextKind.HELP_CASE)
    .order_by(deliveries.c.alert, deliveries.c.recipient, deliveries.c.number, deliveries.c.id),
    "cases": select(
        *help_cases.c["alert", "household", "state", "reason", "opened_at", "resolved_by", "owner"]
    ).order_by(help_cases.c.alert, help_cases.c.household),
    "tasks": select(*tasks.c["alert", "household", "officer", "state", "closed_by"]).order_by(
        tasks.c.alert, tasks.c.household
    ),
    "confirmations": select(*confirmations.c["alert", "officer", "channel"]).order_by(
        confirmations.c.alert, confirmations.c.officer
    ),
}


@pytest.fixture
def called(engine: Engine) -> Engine:
    """Return a database with two alerts for Qianfo, officer calls, and door tasks."""
    with engine.begin() as connection:
        found_city(connection)
        extra = ((1, 1, SECOND_PHONE), (2, 1, SHARED_PHONE), (3, 1, SHARED_PHONE))
        connection.execute(
            insert(HOUSEHOLD_PHONES),
            [
                {"household": household_code(QIANFO, home), "position": place, "number": number}
                for home, place, number in extra
            ],
        )
        for number in (27, 28):
            _raise(connection, number)
    return engine


def _raise(connection: Connection, number: int) -> None:
    alert = stored_alert(connection, number)
    transaction = Transaction(connection, POLICY)
    enrol(connection, alert, 1, households_in([QIANFO]), POLICY.household, NOW)
    add_joined(connection, alert, 1)
    text = insert_text(connection, alert, TextKind.CALL, "zh", "call")
    officers = officers_for(connection, [QIANFO])
    begin_calls(transaction, Plan(alert, 1, NOW, after(60)), officers, lambda _: text)
    doors = [
        Door(alert, household_code(QIANFO, home), QIANFO, "grid", Cause.SILENT, NOW)
        for home in (1, 2)
    ]
    assign(transaction, doors, NOW)
    transaction.flush()


def take(connection: Connection, batch: Sequence[IncomingText]) -> None:
    transaction = Transaction(connection, POLICY)
    store_unread(transaction, batch)
    take_batch(transaction, batch)
    transaction.flush()


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    attempt = connection.begin_nested()
    yield
    attempt.rollback()


def found(connection: Connection) -> dict[str, Any]:
    """Return the rows to compare, without times and without the order between households' events.

    One text tells an officer of all calls for help in a batch. So the households that officers were
    told of are compared, not the number of texts.
    """
    said: dict[Any, list[Any]] = defaultdict(list)
    told: dict[Any, set[str]] = defaultdict(set)
    for alert, last in connection.execute(select(alerts.c.id, alerts.c.last_seq)).all():
        log = select(events).where(events.c.alert == alert).order_by(events.c.seq)
        rows = connection.execute(log).all()
        assert [row.seq for row in rows] == list(range(1, last + 1))
        for row in rows:
            if row.kind == EventKind.HELP_TOLD:
                told[alert, row.division] |= set(json.loads(row.payload)["households"])
            else:
                said[alert, row.subject].append((row.kind, row.division, row.payload))
    tables = {name: connection.execute(each).all() for name, each in COMPARED.items()}
    assert verify(connection).differences == ()
    return {"events": dict(said), "told": dict(told), **tables}


# Each example runs twice on a database, so the default run draws only a few of them.
_EXAMPLES: Final = 10 if settings().max_examples == 25 else settings().max_examples

said = st.tuples(st.sampled_from(PHONES), st.sampled_from(BODIES), st.booleans())
HOME_1, HOME_2 = PHONES[0], PHONES[1]


@given(st.lists(said, min_size=2, max_size=7), st.sampled_from(ALERT_STATES))
@example([(HOME_1, "1", False), (HOME_1, "2", False)], ALERT_STATES[0])
@example([(HOME_1, "1 1", False), (SECOND_PHONE, "1", False)], ALERT_STATES[1])
@example([(HOME_1, "2", False), (HOME_2, "2", False)], ALERT_STATES[2])
@example([(HOME_1, "1", True), (HOME_2, "1 #28", True), (HOME_1, "今天", False)], ALERT_STATES[0])
@settings(max_examples=_EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_batch_has_the_same_result_as_texts_one_by_one(
    called: Engine, said: list[tuple[str, str, bool]], states: tuple[AlertState, AlertState]
) -> None:
    batch = [
        IncomingText(f"SM{number:032x}", phone, body, after(60 + number))
        for number, (phone, body, _) in enumerate(said)
    ]
    # The provider repeats some texts when the response is slow.
    batch += [text for text, (_, _, again) in zip(batch, said, strict=True) if again]
    with called.connect() as connection, connection.begin() as everything:
        for number, state in zip((27, 28), states, strict=True):
            connection.execute(update(alerts).where(_alert == number).values(state=state))
        with undone(connection):
            take(connection, batch)
            together = found(connection)
        with undone(connection):
            for text in batch:
                take(connection, [text])
            one_by_one = found(connection)
        everything.rollback()
    for what, is_so in one_by_one.items():
        assert together[what] == is_so, what
