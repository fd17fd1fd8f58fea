"""Queries and updates for sensors' readings, states and news."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from alerting.database.bulk import insert_missing
from alerting.errors import TooManyError
from alerting.sensors.rules import Level, News, Reading, SensorState, Verdict
from alerting.sensors.tables import sensor_notes, sensor_readings, sensor_states

_MINUTE: Final = timedelta(minutes=1)

PER_MINUTE: Final = 600
"""The maximum number of readings from a sensor within a minute."""

_AT_ONCE: Final = 1_000

_KNOWN: Final = tuple(each.name for each in fields(SensorState))

_JUDGED: Final = (
    update(sensor_readings)
    .where(sensor_readings.c.id == bindparam("of_reading"))
    .values(verdict=bindparam("judged"), changed_level=bindparam("changed"))
)


@dataclass(frozen=True)
class Followed:
    """A sensor's state, its last alert, and the news that the rate limit holds back."""

    state: SensorState
    alert: int | None = None
    owes: frozenset[News] = frozenset()
    """News that waits until the rate limit allows it."""
    suppressed: int = 0


def keep(
    connection: Connection, sensor: str, readings: Sequence[Reading], now: datetime
) -> list[int]:
    """Store readings before they are judged; return their ids.

    Raises:
        TooManyError: if the sensor sends too many readings within a minute.
    """
    recent = select(func.count()).where(
        sensor_readings.c.sensor == sensor, sensor_readings.c.received_at > now - _MINUTE
    )
    if connection.execute(recent).scalar_one() + len(readings) > PER_MINUTE:
        raise TooManyError(
            f"{sensor} sent more than {PER_MINUTE} readings within a minute: send them again later"
        )
    rows = [asdict(each) | {"sensor": sensor, "verdict": Verdict.UNREAD} for each in readings]
    made = insert(sensor_readings).returning(sensor_readings.c.id, sort_by_parameter_order=True)
    return [*connection.execute(made, rows).scalars()] if rows else []


def unread(connection: Connection, sensor: str) -> dict[int, Reading]:
    """Return up to 1,000 stored readings that were not judged yet, by id, oldest first.

    A process that stops between storing and judging leaves some behind.
    """
    mine = (sensor_readings.c.sensor == sensor, sensor_readings.c.verdict == Verdict.UNREAD)
    rows = select(sensor_readings).where(*mine).order_by(sensor_readings.c.id).limit(_AT_ONCE)
    return {row.id: _reading(row) for row in connection.execute(rows)}


def judged_at(
    connection: Connection, sensor: str, times: Collection[datetime]
) -> set[tuple[object, ...]]:
    """Return the keys of the judged readings with one of these times."""
    found = select(sensor_readings).where(
        sensor_readings.c.sensor == sensor,
        sensor_readings.c.at.in_(sorted(times)),
        sensor_readings.c.verdict != Verdict.UNREAD,
    )
    return {_reading(row).key for row in connection.execute(found)}


def _reading(row: Any) -> Reading:
    return Reading(row.value, row.unit, row.at, row.status, row.received_at)


def record_verdicts(connection: Connection, verdicts: Sequence[tuple[int, Verdict, bool]]) -> None:
    """Record verdicts as (reading's id, verdict, whether the reading changed the level)."""
    rows = [
        {"of_reading": id_, "judged": verdict, "changed": changed}
        for id_, verdict, changed in verdicts
    ]
    if rows:
        connection.execute(_JUDGED, rows)


def forget_readings(connection: Connection, before: datetime, most: int) -> int:
    """Delete up to `most` judged readings that came before `before`; return how many.

    Readings that changed a level are kept.
    """
    old = select(sensor_readings.c.id).where(
        sensor_readings.c.received_at < before,
        sensor_readings.c.changed_level.is_(False),
        sensor_readings.c.verdict != Verdict.UNREAD,
    )
    ids = connection.execute(old.order_by(sensor_readings.c.id).limit(most)).scalars().all()
    connection.execute(delete(sensor_readings).where(sensor_readings.c.id.in_(ids)))
    return len(ids)


def verdicts_of(connection: Connection, readings: Sequence[int]) -> list[Verdict]:
    """Return the verdicts on the readings with these ids, in the same order."""
    columns = (sensor_readings.c.id, sensor_readings.c.verdict)
    query = select(*columns).where(sensor_readings.c.id.in_(readings))
    found = {id_: Verdict(verdict) for id_, verdict in connection.execute(query)}
    return [found[id_] for id_ in readings]


def locked(connection: Connection, sensor: str, now: datetime) -> Followed:
    """Lock a sensor's state and return it; create it first if none is stored."""
    row = _values(Followed(SensorState(Level.NORMAL, now, now))) | {"sensor": sensor}
    insert_missing(connection, sensor_states, [row])
    mine = select(sensor_states).where(sensor_states.c.sensor == sensor)
    return _followed(connection.execute(mine.with_for_update()).one())


def states(connection: Connection) -> dict[str, Followed]:
    """Return the state of every sensor, by the sensor's name."""
    rows = connection.execute(select(sensor_states))
    return {row.sensor: _followed(row) for row in rows}


def _followed(row: Any) -> Followed:
    known = {name: getattr(row, name) for name in _KNOWN}
    state = replace(SensorState(**known), level=Level(row.level))
    owes = frozenset(News(word) for word in row.owes.split())
    return Followed(state, row.alert, owes, row.suppressed)


def _values(followed: Followed) -> dict[str, Any]:
    known = asdict(followed.state)
    rest = {"alert": followed.alert, "suppressed": followed.suppressed}
    return known | rest | {"owes": " ".join(sorted(followed.owes))}


def record_state(connection: Connection, sensor: str, followed: Followed) -> None:
    """Store a sensor's state."""
    mine = sensor_states.c.sensor == sensor
    connection.execute(update(sensor_states).where(mine).values(_values(followed)))


def last_told(connection: Connection, sensor: str) -> dict[News, datetime]:
    """Return when the service last acted on each kind of news from a sensor."""
    kinds = select(sensor_notes.c.news, func.max(sensor_notes.c.at))
    found = kinds.where(sensor_notes.c.sensor == sensor).group_by(sensor_notes.c.news)
    return {News(news): at for news, at in connection.execute(found)}
