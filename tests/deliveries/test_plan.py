"""Planned deliveries have the right recipients, texts and priorities, and are counted."""

import pytest
from sqlalchemy import Connection, Engine, delete, select, update

from alerting.cap.alert import Status
from alerting.deliveries.outbox import Addressee, Plan
from alerting.deliveries.places import place_name
from alerting.deliveries.plan import (
    notify_officers,
    owe_text,
    plan_household_texts,
    tell_officers,
)
from alerting.deliveries.progress import Progress, progress
from alerting.deliveries.rules.forecast import FARTHEST_STEP, Priority, Recipient
from alerting.deliveries.tables import deliveries, texts
from alerting.deliveries.texts import freeze_for, insert_text, readers_on_roll
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextFacts, TextKind
from alerting.policy.sections import Channel
from alerting.roll.enrol import enrol
from alerting.roll.tables import roll
from contacts.directory import households_in, officers_for
from contacts.division import Tier
from contacts.tables import HOUSEHOLDS, OFFICER_PHONES, OFFICERS
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
    """Fill the database with the city, and enrol Qianfo's households in alert 1."""
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
        enrol(connection, 1, 1, households_in([QIANFO]), POLICY.household, NOW)
    return engine


def unit(connection: Connection) -> Transaction:
    return Transaction(connection, POLICY)


def plan(connection: Connection, hazard: tuple[float, float] | None = None) -> None:
    readers = readers_on_roll(connection, roll.c.alert == 1)
    freeze_for(connection, 1, TextKind.ALERT, readers, lambda each: f"in {each.language}")
    plan_household_texts(unit(connection), PLAN, hazard)


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


def test_households_that_joined_the_roll_in_another_step_are_skipped(called: Engine) -> None:
    with called.begin() as connection:
        readers = readers_on_roll(connection, roll.c.alert == 1)
        freeze_for(connection, 1, TextKind.ALERT, readers, lambda _: "again")
        other = Plan(1, 2, due_at=NOW, expires_at=after(60))
        plan_household_texts(Transaction(connection, POLICY), other, None)
        assert progress(connection, 1) == []


@pytest.mark.parametrize(
    ("latitude", "longitude", "hazard", "steps"),
    [
        (31.9, 107.2, (31.9, 107.2), 0),
        (31.904, 107.2, (31.9, 107.2), 4),
        (31.905, 107.2, (31.9, 107.2), 6),
        # At this latitude, a degree of longitude is 94.5 km long.
        (31.9, 107.21, (31.9, 107.2), 9),
        (31.9, 107.2, (-31.9, -107.2), FARTHEST_STEP),
        (None, None, (31.9, 107.2), FARTHEST_STEP),
        (31.9, 107.2, None, FARTHEST_STEP),
    ],
)
def test_priority_is_by_vulnerability_then_by_distance(
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


def test_officer_without_a_phone_is_told_by_websocket_only(called: Engine) -> None:
    with called.begin() as connection:
        text = insert_text(connection, 1, TextKind.CALL, "zh", "call")
        connection.execute(delete(OFFICER_PHONES).where(OFFICER_PHONES.c.officer == "grid"))
        tell_officers(
            Transaction(connection, POLICY),
            PLAN,
            officers_for(connection, [QIANFO]),
            lambda _: text,
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
def test_officers_are_told_by_the_given_channel_only(called: Engine, channel: Channel) -> None:
    with called.begin() as connection:
        text = insert_text(connection, 1, TextKind.CALL, "zh", "call")
        tell_officers(
            Transaction(connection, POLICY),
            PLAN,
            officers_for(connection, [QIANFO]),
            lambda _: text,
            (channel,),
        )
        tell_officers(unit(connection), PLAN, [], lambda _: text)
        assert connection.execute(select(deliveries.c.channel)).scalars().all() == [channel] * 5


def test_each_officer_is_told_in_their_language(called: Engine) -> None:
    with called.begin() as connection:
        english = OFFICERS.c.id.in_(["commander", "grid"])
        connection.execute(update(OFFICERS).where(english).values(language="en"))
        connection.execute(
            update(OFFICERS).where(OFFICERS.c.id == "county-duty").values(language="xx")
        )
        notify_officers(
            Transaction(connection, POLICY),
            PLAN,
            TextKind.DARK,
            lambda language: TextFacts(
                status=Status.ACTUAL, place=place_name(connection, [QIANFO], language)
            ),
            officers_for(connection, [QIANFO]),
        )
        frozen = connection.execute(select(texts.c.language, texts.c.kind, texts.c.body)).all()
        owed = connection.execute(
            select(deliveries.c.recipient, deliveries.c.seq, texts.c.language)
            .join(texts, texts.c.id == deliveries.c.text)
            .where(deliveries.c.channel == Channel.SMS)
        ).all()
    assert sorted(row[:2] for row in frozen) == [("en", "dark"), ("zh", "dark")]
    for language, _, body in frozen:
        assert {"en": "Qianfo village, Nuojiang town", "zh": "诺江镇千佛村"}[language] in body
    assert sorted(owed) == [
        ("city-duty", 1, "zh"),
        ("commander", 1, "en"),
        # There are no texts in this officer's language, so Chinese is used.
        ("county-duty", 1, "zh"),
        ("grid", 1, "en"),
        ("informant", 1, "zh"),
    ]


def test_progress_is_counted_within_a_division(called: Engine) -> None:
    with called.begin() as connection:
        plan(connection)
        text = insert_text(connection, 1, TextKind.CALL, "zh", "call")
        tell_officers(
            Transaction(connection, POLICY),
            PLAN,
            officers_for(connection, [QIANFO]),
            lambda _: text,
        )
        to = Addressee(Recipient.HOUSEHOLD, "h", QIANFO, Tier.HOUSEHOLD, "+8610002080001")
        owe_text(unit(connection), PLAN, text, to)
        everywhere = progress(connection, 1, CITY)
        assert Progress("household", "sms", "queued", 10) in everywhere
        assert sum(each.count for each in everywhere) == 10 + 10
        assert {each.tier for each in progress(connection, 1, QIANFO)} == {"household", "village"}
        assert progress(connection, 1, FAR_TOWN) == []


def test_frozen_text_stores_its_number_of_segments(engine: Engine) -> None:
    with engine.begin() as connection:
        stored_alert(connection)
        for body, count in [("a" * 160, 1), ("a" * 161, 2), ("字" * 70, 1), ("字" * 71, 2)]:
            text = insert_text(connection, 1, TextKind.ALERT, "zh", body)
            kept = select(texts.c.body, texts.c.segments).where(texts.c.id == text)
            assert connection.execute(kept).one() == (body, count)
