"""Officers are texted about their doors: each door is named once, in up to five texts."""

import re

import pytest
from sqlalchemy import Connection, Engine, select

from alerting.deliveries.tables import deliveries, texts
from alerting.doors.notify import tell_doors
from alerting.doors.rules import Cause
from alerting.doors.tables import tasks
from alerting.doors.tasks import Door, assign
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from tests.support.city import NEXT_VILLAGE, NOW, POLICY, QIANFO, after, household_code


def send(connection: Connection, *villages: str, number: int) -> None:
    """Send the grid officer to the first `number` doors of each village, and queue the texts."""
    doors = [
        Door(1, household_code(village, each), village, "grid", Cause.SILENT, NOW)
        for each in range(1, number + 1)
        for village in villages
    ]
    transaction = Transaction(connection, POLICY)
    assign(transaction, doors, after(1))
    assert tell_doors(transaction, after(2)) == len(doors)
    transaction.flush()


def told(connection: Connection) -> list[tuple[str, str]]:
    """Return the channel and body of each text about doors to the grid officer, in order."""
    rows = connection.execute(
        select(deliveries.c.channel, texts.c.body)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind == "doors", deliveries.c.recipient == "grid")
        .order_by(deliveries.c.id)
    )
    return [(row.channel, row.body) for row in rows]


def test_three_doors_fit_into_one_text(city: Engine) -> None:
    with city.begin() as connection:
        send(connection, QIANFO, number=3)
        assert [channel for channel, _ in told(connection)] == ["websocket", "sms"]
        ((_, body), _) = told(connection)
        assert "请入户3户：001 002 003。" in body


def test_40_doors_are_each_named_once_in_several_texts(city: Engine) -> None:
    with city.begin() as connection:
        send(connection, QIANFO, number=40)
        sms = [body for channel, body in told(connection) if channel == "sms"]
        assert [body for channel, body in told(connection) if channel == "websocket"] == sms
        listed = [re.findall(r"\b\d{3}\b", body.partition("每户回")[0]) for body in sms]
        assert [door for some in listed for door in some] == [f"{n:03d}" for n in range(1, 41)]
        assert [f"{len(some)}户" in body for some, body in zip(listed, sms, strict=True)] == [
            True
        ] * len(sms)
        assert [f"（{n}/{len(sms)}）" in body for n, body in enumerate(sms, 1)] == [True] * len(sms)
        kinds = connection.execute(select(events.c.kind).where(events.c.kind == "tasks.told"))
        assert len(kinds.all()) == 1


def test_texts_name_the_village_before_its_doors(city: Engine) -> None:
    with city.begin() as connection:
        send(connection, QIANFO, NEXT_VILLAGE, number=20)
        sms = [body for channel, body in told(connection) if channel == "sms"]
        assert all(re.search("：(千佛村|邻村) [0-9]{3}", body) for body in sms)


@pytest.mark.parametrize("number", [150, 400])
def test_fifth_text_says_how_many_more_doors_are_on_the_doors_page(
    city: Engine, number: int
) -> None:
    with city.begin() as connection:
        send(connection, QIANFO, number=number)
        sms = [body for channel, body in told(connection) if channel == "sms"]
        assert len(sms) == 5
        named = sum(len(re.findall(r"\b\d{3}\b", body.partition("每户回")[0])) for body in sms)
        assert f"，另有{number - named}户见入户核查页（5/5）" in sms[-1]


def test_officer_is_told_once_about_each_door(city: Engine) -> None:
    with city.begin() as connection:
        send(connection, QIANFO, number=40)
        before = told(connection)
        assert tell_doors(Transaction(connection, POLICY), after(3)) == 0
        assert told(connection) == before
        assert connection.execute(select(tasks.c.told_at).distinct()).scalars().all() == [after(2)]
