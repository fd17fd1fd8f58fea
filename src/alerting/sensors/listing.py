"""Read model: the sensors whose places concern an officer, and their latest news."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from alerting.approvals.store import Approval, decides, waiting_of
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
    """News of a sensor, as they were told."""

    news: News
    at: datetime
    value: float | None
    alert: int | None
    detail: str
    told: tuple[TextTold, ...]
    """The officers who are texted of it."""


@dataclass(frozen=True)
class Listed:
    """A sensor, what is known of it, its latest news, and the approval that its proposal awaits."""

    sensor: Sensor
    followed: Followed | None
    """None if nothing came of it and nobody looked yet."""
    notes: tuple[Note, ...]
    """Newest first."""
    approval: Approval | None
    may_decide: bool


def sensors_for(connection: Connection, sensors: Sequence[Sensor], caller: Officer) -> list[Listed]:
    """Return the sensors in the caller's division, and those of the division around it."""
    known = states(connection)
    return [
        _listed(connection, sensor, known.get(sensor.name), caller)
        for sensor in sensors
        if covers(caller.division, sensor.place) or covers(sensor.place, caller.division)
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
    told = texts_told(connection, [row.id for row in rows])
    return tuple(
        Note(News(row.news), row.at, row.value, row.alert, row.detail, tuple(told[row.id]))
        for row in rows
    )
