"""The step of the escalation that notices sensors from which nothing comes any more."""

from dataclasses import replace
from datetime import datetime

from alerting.ledger.writer import Transaction
from alerting.policy.sensors import Sensor
from alerting.sensors.act import Occasion, follow_news
from alerting.sensors.rules import News, Told, is_silent
from alerting.sensors.store import locked, record_state, states


def notice_silence(transaction: Transaction, now: datetime) -> int:
    """Tell of each sensor that has become silent, once until it is back; return how many.

    A sensor that never reported counts from the first look at it.
    """
    sensors = transaction.policy.sensors
    known = states(transaction.connection) if sensors else {}
    found = 0
    for sensor in sensors:
        followed = known.get(sensor.name)
        if followed is None or is_silent(sensor, followed.state, now):
            found += _tell(transaction, sensor, now)
    return found


def _tell(transaction: Transaction, sensor: Sensor, now: datetime) -> int:
    # Read again under the lock: a reading may have come meanwhile.
    followed = locked(transaction.connection, sensor.name, now)
    if not is_silent(sensor, followed.state, now):
        return 0
    silent = replace(followed, state=replace(followed.state, is_silent=True))
    # It raises no alert, so that exercise or not is the same.
    occasion = Occasion(sensor, now, is_drill=False)
    told = follow_news(transaction, occasion, silent, (Told(News.SILENT),))
    record_state(transaction.connection, sensor.name, told)
    return 1
