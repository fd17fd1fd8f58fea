"""What follows from a sensor's news: a note and texts, and for RED a proposal or an alert."""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import Connection, insert

from alerting.alerts.raise_alert import accept
from alerting.approvals.propose import propose
from alerting.cap.alert import AlertRequest, Area
from alerting.errors import AlertingError, InvalidError
from alerting.ledger.alerts import stored
from alerting.ledger.events.alerts import SensorTold
from alerting.ledger.writer import Transaction
from alerting.metrics import SENSOR_NEWS
from alerting.policy.sensors import RedAction
from alerting.sensors.owe_texts import Occasion, owe_texts
from alerting.sensors.rules import News, Told, holds, is_due
from alerting.sensors.store import Followed, last_told
from alerting.sensors.tables import sensor_notes
from contacts.directory import officer

log = structlog.get_logger()


@dataclass(frozen=True)
class _Raised:
    """The alert that a red reading raised or proposed.

    `detail` says why the reading had less effect than the policy states; it is empty if the reading
    had the full effect.
    """

    alert: int | None
    detail: str = ""


def follow_news(
    transaction: Transaction, occasion: Occasion, followed: Followed, news: tuple[Told, ...]
) -> Followed:
    """Act on the news that the rate limits allow; return the sensor's new state.

    Other news is held back until its limit allows it, and dropped if it is no longer true.
    """
    for told in news:
        followed = _follow(transaction, occasion, followed, told)
    state = followed.state
    followed = replace(followed, owes=frozenset(n for n in followed.owes if holds(n, state)))
    for owed in sorted(followed.owes):
        if _may_tell(transaction, occasion, followed, owed):
            followed = _tell(transaction, occasion, followed, Told(owed, state.value))
    return followed


def _follow(
    transaction: Transaction, occasion: Occasion, followed: Followed, told: Told
) -> Followed:
    if _may_tell(transaction, occasion, followed, told.news):
        return _tell(transaction, occasion, followed, told)
    SENSOR_NEWS.labels(occasion.sensor.name, "suppressed").inc()
    is_owed = told.news is not News.RED or not _is_open(transaction, followed, occasion.now)
    owes = followed.owes | {told.news} if is_owed else followed.owes
    return replace(followed, suppressed=followed.suppressed + 1, owes=owes)


def _may_tell(transaction: Transaction, occasion: Occasion, followed: Followed, news: News) -> bool:
    if news is News.RED and _is_open(transaction, followed, occasion.now):
        return False
    last = last_told(transaction.connection, occasion.sensor.name)
    return is_due(news, last, occasion.now)


def _is_open(transaction: Transaction, followed: Followed, now: datetime) -> bool:
    """Return whether the sensor's last alert is open or still waits for approval."""
    alert = followed.alert
    return alert is not None and stored(transaction.connection, alert).may_extend(now)


def _tell(transaction: Transaction, occasion: Occasion, followed: Followed, told: Told) -> Followed:
    sensor, now = occasion.sensor, occasion.now
    raised = _Raised(followed.alert if _is_open(transaction, followed, now) else None)
    if told.news is News.RED:
        raised = _raise(transaction, occasion, told)
        followed = replace(followed, alert=raised.alert or followed.alert)
    note = _note(transaction.connection, occasion, told, raised)
    owe_texts(transaction, occasion, followed.state, told, note)
    if raised.alert is not None:
        entry = SensorTold(sensor=sensor.name, news=told.news, value=told.value, unit=sensor.unit)
        transaction.append(raised.alert, entry, now, division=sensor.place)
    SENSOR_NEWS.labels(sensor.name, told.news).inc()
    log.warning("a sensor has news", sensor=sensor.name, news=told.news, value=told.value)
    return replace(followed, owes=followed.owes - {told.news})


def _note(connection: Connection, occasion: Occasion, told: Told, raised: _Raised) -> int:
    """Insert a row for the news into the sensor's notes; return the id of the row."""
    noted = insert(sensor_notes).values(
        sensor=occasion.sensor.name,
        news=told.news,
        at=occasion.now,
        value=told.value,
        alert=raised.alert,
        detail=raised.detail,
    )
    return int(connection.execute(noted.returning(sensor_notes.c.id)).scalar_one())


def _raise(transaction: Transaction, occasion: Occasion, told: Told) -> _Raised:
    """Raise or propose an alert, as the policy says; if it cannot be raised, propose it."""
    sensor = occasion.sensor
    if sensor.on_red is RedAction.PROPOSAL:
        return _propose(transaction, occasion, told)
    caller = officer(transaction.connection, sensor.acts_for or "")
    if caller is None:
        refused = f"acts_for: {sensor.acts_for!r} is no officer"
        return replace(_propose(transaction, occasion, told), detail=refused)
    try:
        with transaction.attempt():
            request = _request(transaction, occasion, told)
            alert, _ = accept(transaction, caller, request, None, occasion.now)
    except AlertingError as refusal:
        return replace(_propose(transaction, occasion, told), detail=str(refusal))
    return _Raised(alert.id)


def _propose(transaction: Transaction, occasion: Occasion, told: Told) -> _Raised:
    by, places = f"sensor:{occasion.sensor.name}", [occasion.sensor.place]
    try:
        with transaction.attempt():
            request = _request(transaction, occasion, told)
            return _Raised(propose(transaction, by, request, places, occasion.now))
    except InvalidError as refusal:
        return _Raised(None, str(refusal))


def _request(transaction: Transaction, occasion: Occasion, told: Told) -> AlertRequest:
    sensor = occasion.sensor
    return AlertRequest(
        status=occasion.status,
        event=sensor.hazard,
        description=f"{sensor.name}: {told.value:g} {sensor.unit} >= {sensor.red.reach:g}",
        instruction=transaction.policy.alert.instruction,
        area=Area(divisions=(sensor.place,)),
    )
