"""Texts and calls are counted by channel, by the provider of the last attempt, and by outcome."""

from datetime import datetime

from sqlalchemy import Connection, Engine, insert

from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import attempts, deliveries, texts
from alerting.report.sending import Stage, sent_in
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN, after


def _delivery(connection: Connection, state: DeliveryState, *providers: str) -> None:
    now: datetime = after(0)
    row = {
        "alert": 1,
        "text": 1,
        "recipient_kind": "household",
        "recipient": f"{QIANFO}0001",
        "division": QIANFO,
        "tier": "household",
        "channel": "sms",
        "number": "+8613900000001",
        "priority": 1,
        "state": state,
        "due_at": now,
        "expires_at": now,
        "attempts": len(providers),
        "seq": 1,
    }
    made = connection.execute(insert(deliveries).values(row).returning(deliveries.c.id))
    id_ = made.scalar_one()
    for number, provider in enumerate(providers, start=1):
        token = f"{id_}-{number}"
        tried = {"token": token, "delivery": id_, "number": number, "provider": provider}
        connection.execute(insert(attempts).values(**tried, started_at=now))


def test_each_delivery_counts_with_its_last_provider(city: Engine) -> None:
    with city.begin() as connection:
        text = {"id": 1, "alert": 1, "kind": "alert", "language": "zh", "body": "撤", "segments": 1}
        connection.execute(insert(texts).values(text))
        _delivery(connection, DeliveryState.DELIVERED, "twilio")
        _delivery(connection, DeliveryState.DELIVERED, "smpp", "twilio")
        _delivery(connection, DeliveryState.UNDELIVERED, "smpp")
        _delivery(connection, DeliveryState.QUEUED)
        found = {each.provider: each for each in sent_in(connection, 1, TOWN)}
        assert sent_in(connection, 1, NEXT_VILLAGE) == []
    assert {name: each.attempts for name, each in found.items()} == {"": 0, "smpp": 1, "twilio": 3}
    assert found["twilio"].stages[Stage.ARRIVED] == 2
    assert (found["smpp"].stages[Stage.LOST], found[""].stages[Stage.WAITING]) == (1, 1)


def test_every_state_of_a_delivery_has_a_stage(city: Engine) -> None:
    with city.begin() as connection:
        text = {"id": 1, "alert": 1, "kind": "alert", "language": "zh", "body": "撤", "segments": 1}
        connection.execute(insert(texts).values(text))
        for state in DeliveryState:
            _delivery(connection, state)
        (found,) = sent_in(connection, 1, QIANFO)
    assert sum(found.stages.values()) == len(DeliveryState)
