"""Tables of sensors: their readings, states, news and texts."""

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.encryption.columns import Personal, PersonalJson
from contacts.tables import Instant


class SensorReadingRow(SQLModel, table=True):
    """A reading, stored as it came before it is judged."""

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
    """The sensor's name in the policy."""
    value: float | None = None
    """The measured number; None if it was not finite."""
    unit: str
    at: datetime = Field(sa_type=Instant)
    """The time according to the sensor: see `alerting.sensors.rules.NO_TIME`."""
    status: str
    received_at: datetime = Field(sa_type=Instant)
    verdict: str
    changed_level: bool = False
    """True if the reading changed the sensor's level. Such readings are never deleted."""


class SensorStateRow(SQLModel, table=True):
    """The state of a sensor: see `alerting.sensors.rules.SensorState`."""

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
    """The alert that the sensor last raised or proposed."""
    owes: str = ""
    """The kinds of news that the rate limit holds back, separated by spaces."""
    suppressed: int = 0
    """How many items of news the rate limit has held back."""


class SensorNoteRow(SQLModel, table=True):
    """News from a sensor that the service acted on."""

    __tablename__ = "sensor_notes"
    __table_args__ = (Index("sensor_notes_by_sensor", "sensor", "news", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    sensor: str
    news: str
    at: datetime = Field(sa_type=Instant)
    value: float | None = None
    alert: int | None = Field(default=None, foreign_key="alerts.id")
    detail: str = Field(default="", sa_type=Text)
    """Why a red reading had less effect than the policy states; empty if it had the full effect."""


class SensorTextRow(SQLModel, table=True):
    """A text about a sensor's news to an officer, composed when the news came."""

    __tablename__ = "sensor_texts"
    __table_args__ = (
        Index(
            "sensor_texts_owed",
            "due_at",
            sqlite_where=text("state IN ('queued', 'sending')"),
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    note: int = Field(foreign_key="sensor_notes.id", index=True)
    officer: str
    kind: str
    language: str
    body: str = Field(sa_type=Personal)
    facts: str = Field(sa_type=PersonalJson)
    """The facts in the body as JSON, for providers that require templates."""
    phones: str = Field(sa_type=Personal)
    """The phones left to try, separated by spaces; the first is texted next."""
    state: str
    """See `alerting.deliveries.rules.delivery.DeliveryState`."""
    due_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    token: str | None = None
    """The token of the last attempt; it also serves as fencing token."""
    tries: int = 0
    doubts: int = 0
    """The number of attempts that the provider did not answer."""
    accepted_at: datetime | None = Field(default=None, sa_type=Instant)


sensor_readings = _table(SensorReadingRow)

sensor_states = _table(SensorStateRow)

sensor_notes = _table(SensorNoteRow)

sensor_texts = _table(SensorTextRow)
