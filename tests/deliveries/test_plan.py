"""Deliveries planned in sets: recipients, texts, priorities and progress."""

import pytest
from sqlalchemy import Connection, Engine, delete, select, update

from alerting.cap.alert import Status
from alerting.deliveries.outbox import Addressee, Plan
from alerting.deliveries.plan import (
    notify_officers,
    owe_text,
    plan_household_texts,
    tell_officers,
)
from alerting.deliveries.progress import Progress, progress
from alerting.deliveries.rules.forecast import FARTHEST_STEP, Priority, Recipient
from alerting.deliveries.tables import deliveries, texts
from alerting.deliveries.texts import freeze_text, insert_text
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextFacts, TextKind
from alerting.policy.sections import Channel
from alerting.roll.enrol import enrol
from contacts.directory import households_in, officers_for
from contacts.division import Tier
from contacts.tables import HOUSEHOLDS, OFFICER_PHONES
from tests.support.alert_rows import stored_alert
from tests.support.city import (
    CITY,
    FAR_TOWN,
    NOW,
    POLICY,
    QIANFO,
    after,
    found_city,
    household_code,
    household_phone,
    officer_phone,
)

PLAN = Plan(1, 1, due_at=NOW, expires_at=after(3600))


@pytest.fixture
def called(engine: Engine) -> Engine:
    """Return a database with the city, and Qianfo on the roll of alert 1."""
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
        enrol(connection, 1, 1, households_in([QIANFO]), POLICY.household, NOW)
    return engine


def unit(connection: Connection) -> Transaction:
    return Transaction(connection, POLICY)


def plan(connection: Connection, hazard: tuple[float, float] | None = None) -> None:
    by_language = {
        language: insert_text(connection, 1, TextKind.ALERT, language, f"in {language}")
        for language in ("zh", "en")
    }
    plan_household_texts(unit(connection), PLAN, by_language, hazard)


def test_each_household_with_a_phone_reads_its_language(called: Engine) -> None:
    with called.begin() as connection:
        plan(connection)
        rows = connection.execute(
            select(deliveries.c.recipient, deliveries.c.number, texts.c.body)
            .join(texts, texts.c.id == deliveries.c.text)
            .order_by(deliveries.c.recipient)
        ).all()
    assert rows == [
        (household_code(QIANFO, n), household_phone(QIANFO, n), "in en" if n == 7 else "in zh")
        for n in range(1, 10)
    ]


def test_households_of_another_step_are_skipped(called: Engine) -> None:
    with called.begin() as connection:
        text = {"zh": insert_text(connection, 1, TextKind.ALERT, "zh", "again")}
        other = Plan(1, 2, due_at=NOW, expires_at=after(60))
        plan_household_texts(
            Transaction(connection, POLICY), other, text | {"en": text["zh"]}, None
        )
        assert progress(connection, 1) == []


@pytest.mark.parametrize(
    ("latitude", "longitude", "hazard", "steps"),
    [
        (31.9, 107.2, (31.9, 107.2), 0),
        (31.904, 107.2, (31.9, 107.2), 4),
        (31.905, 107.2, (31.9, 107.2), 6),
        # At this latitude a degree of longitude is 94.5 km.
        (31.9, 107.21, (31.9, 107.2), 9),
        (31.9, 107.2, (-31.9, -107.2), FARTHEST_STEP),
        (None, None, (31.9, 107.2), FARTHEST_STEP),
        (31.9, 107.2, None, FARTHEST_STEP),
    ],
)
def test_priority_is_vulnerable_first_then_nearest(
    called: Engine,
    latitude: float | None,
    longitude: float | None,
    hazard: tuple[float, float] | None,
    steps: int,
) -> None:
    with called.begin() as connection:
        connection.execute(update(HOUSEHOLDS).values(latitude=latitude, longitude=longitude))
        plan(connection, hazard)
        rows = connection.execute(
            select(deliveries.c.recipient, deliveries.c.priority).order_by(deliveries.c.recipient)
        ).all()
    assert dict(rows) == {
        household_code(QIANFO, n): steps + (Priority.HOUSEHOLD if n != 5 else Priority.VULNERABLE)
        for n in range(1, 10)
    }


def test_officers_are_told_by_every_channel_they_have(called: Engine) -> None:
    with called.begin() as connection:
        text = insert_text(connection, 1, TextKind.CALL, "zh", "call")
        connection.execute(delete(OFFICER_PHONES).where(OFFICER_PHONES.c.officer == "grid"))
        tell_officers(
            Transaction(connection, POLICY), PLAN, officers_for(connection, [QIANFO]), text
        )
        rows = connection.execute(
            select(deliveries.c.channel, deliveries.c.number, deliveries.c.tier)
            .where(deliveries.c.recipient.in_(["grid", "commander"]))
            .order_by(deliveries.c.channel, deliveries.c.tier)
        ).all()
    assert rows == [
        ("sms", officer_phone("commander"), "town"),
        ("websocket", "", "town"),
        ("websocket", "", "village"),
    ]


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.WEBSOCKET])
def test_officers_may_be_told_by_one_channel(called: Engine, channel: Channel) -> None:
    with called.begin() as connection:
        text = insert_text(connection, 1, TextKind.CALL, "zh", "call")
        tell_officers(
            Transaction(connection, POLICY),
            PLAN,
            officers_for(connection, [QIANFO]),
            text,
            (channel,),
        )
        tell_officers(unit(connection), PLAN, [], text)
        assert connection.execute(select(deliveries.c.channel)).scalars().all() == [channel] * 5


def test_notice_is_frozen_in_the_home_language_for_each_officer(called: Engine) -> None:
    facts = TextFacts(status=Status.ACTUAL, place="千佛村")
    with called.begin() as connection:
        transaction = Transaction(connection, POLICY)
        notify_officers(
            transaction, PLAN, TextKind.DARK, facts, officers_for(connection, [QIANFO])[:2]
        )
        frozen = connection.execute(select(texts.c.language, texts.c.kind, texts.c.body)).one()
        owed = connection.execute(select(deliveries.c.channel, deliveries.c.seq)).all()
    assert frozen[:2] == ("zh", "dark")
    assert "千佛村" in frozen.body
    assert sorted(owed) == [("sms", 1), ("sms", 1), ("websocket", 1), ("websocket", 1)]


def test_equal_texts_are_frozen_once(called: Engine) -> None:
    with called.begin() as connection:
        first = freeze_text(connection, 1, TextKind.CALL, "zh", "call")
        assert freeze_text(connection, 1, TextKind.CALL, "zh", "call") == first
        others = {
            freeze_text(connection, 1, kind, language, body)
            for kind, language, body in [
                (TextKind.ALERT, "zh", "call"),
                (TextKind.CALL, "en", "call"),
                (TextKind.CALL, "zh", "calls"),
            ]
        }
    assert len(others - {first}) == 3


def test_progress_is_counted_within_a_division(called: Engine) -> None:
    with called.begin() as connection:
        plan(connection)
        text = insert_text(connection, 1, TextKind.CALL, "zh", "call")
        tell_officers(
            Transaction(connection, POLICY), PLAN, officers_for(connection, [QIANFO]), text
        )
        to = Addressee(Recipient.HOUSEHOLD, "h", QIANFO, Tier.HOUSEHOLD, "+8610002080001")
        owe_text(unit(connection), PLAN, text, to)
        everywhere = progress(connection, 1, CITY)
        assert Progress("household", "sms", "queued", 10) in everywhere
        assert sum(each.count for each in everywhere) == 10 + 10
        assert {each.tier for each in progress(connection, 1, QIANFO)} == {"household", "village"}
        assert progress(connection, 1, FAR_TOWN) == []


def test_frozen_text_stores_its_segments(engine: Engine) -> None:
    with engine.begin() as connection:
        stored_alert(connection)
        for body, count in [("a" * 160, 1), ("a" * 161, 2), ("字" * 70, 1), ("字" * 71, 2)]:
            text = insert_text(connection, 1, TextKind.ALERT, "zh", body)
            kept = select(texts.c.body, texts.c.segments).where(texts.c.id == text)
            assert connection.execute(kept).one() == (body, count)
