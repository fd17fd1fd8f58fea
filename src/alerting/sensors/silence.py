"""The escalation step that notices silent sensors and releases news that was held back."""

from dataclasses import replace
from datetime import datetime

from alerting.ledger.writer import Transaction
from alerting.policy.sensors import Sensor
from alerting.sensors.act import follow_news
from alerting.sensors.owe_texts import Occasion
from alerting.sensors.rules import News, Told, is_silent
from alerting.sensors.store import Followed, locked, record_state, states


def look_at_sensors(transaction: Transaction, now: datetime, *, is_drill: bool) -> int:
    """Act on newly silent sensors and on held-back news; return how many sensors changed.

    The silence of a sensor that never reported counts from the first check.
    """
    sensors = transaction.policy.sensors
    known = states(transaction.connection) if sensors else {}
    return sum(
        _look(transaction, Occasion(sensor, now, is_drill))
        for sensor in sensors
        if _needs_a_look(sensor, known.get(sensor.name), now)
    )


def _needs_a_look(sensor: Sensor, followed: Followed | None, now: datetime) -> bool:
    return followed is None or bool(followed.owes) or is_silent(sensor, followed.state, now)


def _look(transaction: Transaction, occasion: Occasion) -> int:
    # The state is read again under the lock, because a reading may have come meanwhile.
    sensor, now = occasion.sensor, occasion.now
    followed = locked(transaction.connection, sensor.name, now)
    after, news = followed, tuple[Told, ...]()
    if is_silent(sensor, followed.state, now):
        after = replace(followed, state=replace(followed.state, is_silent=True))
        news = (Told(News.SILENT),)
    after = follow_news(transaction, occasion, after, news)
    if after == followed:
        return 0
    record_state(transaction.connection, sensor.name, after)
    return 1
