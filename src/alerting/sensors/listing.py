"""Queries for the sensors that concern an officer, and for their latest news."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, case, or_, select

from alerting.approvals.store import Approval, decides, waiting_of
from alerting.cap.lifecycle import AlertState
from alerting.ledger.tables import alerts
from alerting.policy.sensors import Sensor
from alerting.sensors.rules import News
from alerting.sensors.store import Followed, states
from alerting.sensors.tables import sensor_notes
from alerting.sensors.text_store import TextTold, texts_told
from contacts.directory import Officer
from contacts.division import covers

_NOTES: Final = 20


@dataclass(frozen=True)
class Note:
    """News from a sensor that the service acted on."""

    news: News
    at: datetime
    value: float | None
    alert: int | None
    detail: str
    told: tuple[TextTold, ...]
    """The officers who get a text about the news."""


@dataclass(frozen=True)
class Listed:
    """A sensor with its state, its latest news, and the approval that its proposal waits for."""

    sensor: Sensor
    followed: Followed | None
    """The sensor's state; None before its first reading and the first check for silence."""
    notes: tuple[Note, ...]
    """The latest news, newest first."""
    approval: Approval | None
    may_decide: bool


def sensors_for(connection: Connection, sensors: Sequence[Sensor], caller: Officer) -> list[Listed]:
    """Return the sensors in the caller's division and in the divisions above it."""
    known = states(connection)
    return [
        _listed(connection, sensor, known.get(sensor.name), caller)
        for sensor in _seen_by(caller, sensors)
    ]


@dataclass(frozen=True)
class Told:
    """An item in the list of all sensors' news."""

    id: int
    sensor: Sensor
    note: Note
    alert_expires: datetime | None
    """When the news' alert expires; None if it has no alert."""


def news_for(
    connection: Connection,
    sensors: Sequence[Sensor],
    caller: Officer,
    after: datetime,
    limit: int,
) -> list[Told]:
    """Return up to `limit` items of news from the caller's sensors after `after`, newest first.

    News with a waiting proposal comes first, however old it is.
    """
    seen = {each.name: each for each in _seen_by(caller, sensors)}
    is_settled = case((alerts.c.state == AlertState.PROPOSED, 0), else_=1)
    query = (
        select(sensor_notes, alerts.c.expires)
        .join(alerts, alerts.c.id == sensor_notes.c.alert, isouter=True)
        .where(sensor_notes.c.sensor.in_(seen))
        .where(or_(sensor_notes.c.at > after, is_settled == 0))
        .order_by(is_settled, sensor_notes.c.id.desc())
        .limit(limit)
    )
    rows = connection.execute(query).all()
    return [
        Told(row.id, seen[row.sensor], note, row.expires)
        for row, note in zip(rows, _as_notes(connection, rows), strict=True)
    ]


def _seen_by(caller: Officer, sensors: Sequence[Sensor]) -> list[Sensor]:
    return [
        each
        for each in sensors
        if covers(caller.division, each.place) or covers(each.place, caller.division)
    ]


def _listed(
    connection: Connection, sensor: Sensor, followed: Followed | None, caller: Officer
) -> Listed:
    alert = followed.alert if followed else None
    waiting = waiting_of(connection, alert) if alert is not None else ()
    approval = next(iter(waiting), None)
    may_decide = approval is not None and decides(caller, approval.divisions)
    return Listed(sensor, followed, _notes(connection, sensor.name), approval, may_decide)


def _notes(connection: Connection, sensor: str) -> tuple[Note, ...]:
    mine = select(sensor_notes).where(sensor_notes.c.sensor == sensor)
    rows = connection.execute(mine.order_by(sensor_notes.c.id.desc()).limit(_NOTES)).all()
    return tuple(_as_notes(connection, rows))


def _as_notes(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Note]:
    told = texts_told(connection, [row.id for row in rows])
    return [
        Note(News(row.news), row.at, row.value, row.alert, row.detail, tuple(told[row.id]))
        for row in rows
    ]
