"""Receives a sensor's readings: stores them, judges them, and acts on the result."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerting.ledger.writer import Transaction
from alerting.metrics import SENSOR_READINGS
from alerting.policy.sensors import Sensor
from alerting.runtime import Runtime
from alerting.sensors.act import follow_news
from alerting.sensors.owe_texts import Occasion
from alerting.sensors.rules import NO_TIME, Level, Reading, Verdict, judge
from alerting.sensors.store import (
    judged_at,
    keep,
    locked,
    record_state,
    record_verdicts,
    unread,
    verdicts_of,
)


@dataclass(frozen=True)
class Received:
    """The sensor's level after some readings, and the verdict on each reading."""

    level: Level
    verdicts: tuple[Verdict, ...]


async def receive(
    runtime: Runtime, sensor: Sensor, now: datetime, readings: Sequence[Reading]
) -> Received:
    """Store and judge readings; return once everything that follows is committed.

    The readings are committed before they are judged.

    Raises:
        TooManyError: if the sensor sends too many readings within a minute.
    """
    kept = await runtime.ledger.write(
        lambda transaction: keep(transaction.connection, sensor.name, readings, now)
    )
    occasion = Occasion(sensor, now, runtime.clock.is_drill)
    # In its own transaction, because it locks the sensor's row before rows of alerts.
    received = await runtime.ledger.write(
        lambda transaction: take(transaction, occasion, kept), own_transaction=True
    )
    for verdict in received.verdicts:
        SENSOR_READINGS.labels(sensor.name, verdict).inc()
    return received


def take(transaction: Transaction, occasion: Occasion, kept: Sequence[int]) -> Received:
    """Judge all unjudged readings of a sensor, even those that a stopped process left behind."""
    connection, sensor = transaction.connection, occasion.sensor
    followed = locked(connection, sensor.name, occasion.now)
    waiting = unread(connection, sensor.name)
    seen = judged_at(connection, sensor.name, {each.at for each in waiting.values()} - {NO_TIME})
    judged = judge(sensor, followed.state, [*waiting.values()], seen)
    record_verdicts(connection, [*zip(waiting, judged.verdicts, judged.changed, strict=True)])
    followed = replace(followed, state=judged.state)
    followed = follow_news(transaction, occasion, followed, judged.news)
    record_state(connection, sensor.name, followed)
    return Received(judged.state.level, tuple(verdicts_of(connection, kept)))
