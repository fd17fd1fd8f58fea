"""Tables of sensors: their readings, states, news and tokens."""

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class SensorReadingRow(SQLModel, table=True):
    """A reading, kept as it came before it is judged."""

    __tablename__ = "sensor_readings"
    __table_args__ = (
        Index("sensor_readings_by_time", "sensor", "at"),
        Index("sensor_readings_by_arrival", "sensor", "received_at"),
        Index(
            "sensor_readings_unread",
            "sensor",
            "id",
            sqlite_where=text("verdict = 'unread'"),
            postgresql_where=text("verdict = 'unread'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    sensor: str
    """The sensor, by its name in the policy."""
    value: float | None = None
    """None if it was no finite number."""
    unit: str
    at: datetime = Field(sa_type=Instant)
    """The time that the sensor says."""
    status: str
    received_at: datetime = Field(sa_type=Instant)
    verdict: str


class SensorStateRow(SQLModel, table=True):
    """What is known of a sensor: see `alerting.sensors.rules.SensorState`."""

    __tablename__ = "sensor_states"

    sensor: str = Field(primary_key=True)
    level: str
    since: datetime = Field(sa_type=Instant)
    value: float | None = None
    counted_at: datetime | None = Field(default=None, sa_type=Instant)
    heard_at: datetime = Field(sa_type=Instant)
    is_silent: bool = False
    is_clock_wrong: bool = False
    alert: int | None = Field(default=None, foreign_key="alerts.id")
    """The alert that it last raised or proposed."""
    owes_red: bool = False
    """Whether it rose to red while flood control held that back."""
    suppressed: int = 0
    """How much news flood control has held back."""


class SensorNoteRow(SQLModel, table=True):
    """News of a sensor, as they were told."""

    __tablename__ = "sensor_notes"
    __table_args__ = (Index("sensor_notes_by_sensor", "sensor", "news", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    sensor: str
    news: str
    at: datetime = Field(sa_type=Instant)
    value: float | None = None
    alert: int | None = Field(default=None, foreign_key="alerts.id")
    detail: str = Field(default="", sa_type=Text)
    """Why red brought about less than the policy says; empty if it did not."""


class SensorTokenRow(SQLModel, table=True):
    """A bearer token of a sensor, stored as its SHA-256."""

    __tablename__ = "sensor_tokens"

    hash: str = Field(primary_key=True)
    sensor: str = Field(index=True)
    issued_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


sensor_readings = _table(SensorReadingRow)

sensor_states = _table(SensorStateRow)

sensor_notes = _table(SensorNoteRow)

sensor_tokens = _table(SensorTokenRow)
