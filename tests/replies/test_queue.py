"""Queries on the review queue: scope, order and settlement."""

import pytest
from sqlalchemy import Engine, select

from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.ledger.writer import Transaction
from alerting.replies.inbound import Inbound, upsert_texts
from alerting.replies.queue import (
    QueueScope,
    find_text,
    reading_of,
    settle_texts,
    waiting_from,
    waiting_texts,
)
from alerting.replies.tables import inbound
from alerting.roll.enrol import enrol
from alerting.roll.rules.evidence import Report, Rung
from contacts.directory import households_in
from tests.support.alert_rows import stored_alert
from tests.support.city import (
    CITY,
    NEXT_VILLAGE,
    NOW,
    POLICY,
    QIANFO,
    TOWN,
    after,
    found_city,
    household_code,
)

HOME = household_code(QIANFO, 1)
SENDERS = {"home": HOME, "officer": "next-grid", "stranger": None, "understood": HOME}


@pytest.fixture
def queued(engine: Engine) -> Engine:
    """Return a database with three waiting texts and an understood one.

    The waiting texts come from a household, an officer and a stranger.
    """
    with engine.begin() as connection:
        found_city(connection)
        upsert_texts(
            connection,
            [
                Inbound(
                    provider_id=name,
                    sender=f"+86100{name}",
                    body="?",
                    received_at=after(-place),
                    intent="unclear",
                    reason="a question",
                    alert=None,
                    recipient=recipient,
                    waits=name != "understood",
                )
                for place, (name, recipient) in enumerate(SENDERS.items())
            ],
        )
    return engine


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (QueueScope(CITY, strangers=True), ["stranger", "officer", "home"]),
        (QueueScope(TOWN, strangers=False), ["officer", "home"]),
        (QueueScope(QIANFO, strangers=False), ["home"]),
        (QueueScope(NEXT_VILLAGE, strangers=True), ["stranger", "officer"]),
    ],
)
def test_queue_is_scoped_and_oldest_first(
    queued: Engine, scope: QueueScope, seen: list[str]
) -> None:
    with queued.begin() as connection:
        found = waiting_texts(connection, scope, 10)
        assert [text.provider_id for text in found] == seen
        assert [text.provider_id for text in waiting_texts(connection, scope, 1)] == seen[:1]
        hidden = SENDERS.keys() - {*seen, "understood"}
        assert all(find_text(connection, name, scope) is None for name in hidden)


def came(number: int, sender: str, intent: str = "unclear") -> Inbound:
    return Inbound(
        provider_id=f"{sender}/{number:03d}",
        sender=f"+86100{sender}",
        body="?",
        received_at=after(number),
        intent=intent,
        reason="a question",
        alert=None,
        recipient=None,
        waits=True,
    )


def test_many_texts_of_one_sender_do_not_hide_others(engine: Engine) -> None:
    with engine.begin() as connection:
        junk = [came(number, "junk") for number in range(250)]
        late = [came(300, "late"), came(301, "call", "needs_help"), came(302, "junk", "needs_help")]
        upsert_texts(connection, [*junk, *late])
        found = waiting_texts(connection, QueueScope(CITY, strangers=True), 10)
        assert [(text.provider_id, text.others) for text in found] == [
            ("call/301", 0),
            ("junk/302", 248),
            ("late/300", 0),
            ("junk/000", 248),
            ("junk/001", 248),
        ]
        page = waiting_texts(connection, QueueScope(CITY, strangers=True), 2, skip=2)
        assert [text.provider_id for text in page] == ["late/300", "junk/000"]


def test_settled_text_is_found(queued: Engine) -> None:
    with queued.begin() as connection:
        text = find_text(connection, "understood", QueueScope(QIANFO, strangers=False))
    assert text is not None
    assert (text.waits, text.household, text.settled_by) == (False, HOME, None)


def test_settled_texts_do_not_wait(queued: Engine) -> None:
    with queued.begin() as connection:
        settle_texts(connection, ["home"], "grid", NOW)
        settle_texts(connection, [], "grid", NOW)
        senders = [f"+86100{name}" for name in SENDERS]
        assert [text.provider_id for text in waiting_from(connection, senders)] == [
            "stranger",
            "officer",
        ]
        i = inbound.c
        rows = connection.execute(
            select(i.provider_id, i.settled_by, i.settled_at).where(i.settled_by.is_not(None))
        ).all()
    assert rows == [("home", "grid", NOW)]


def test_reading_is_found_by_source(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
        alert = stored_alert(connection)
        enrol(connection, alert, 1, households_in([QIANFO]), POLICY.household, NOW)
        item = NewEvidence(
            alert, HOME, NOW, NOW, Rung.OWN, "+86100", Report.EVACUATED, 2, "sms", "settled/SM1"
        )
        record_evidence(Transaction(connection, POLICY), [item])
        assert reading_of(connection, "settled/SM1") == (alert, HOME, "evacuated", 2)
        assert reading_of(connection, "settled/SM2") is None
