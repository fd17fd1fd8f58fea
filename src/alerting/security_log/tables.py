"""The table of security events."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class SecurityEventRow(SQLModel, table=True):
    """Equal security events within a minute: see `alerting.security_log.rules`."""

    __tablename__ = "security_events"

    minute: datetime = Field(primary_key=True, sa_type=Instant)
    kind: str = Field(primary_key=True)
    division: str = Field(primary_key=True)
    officer: str = Field(primary_key=True)
    sender: str = Field(primary_key=True)
    route: str = Field(primary_key=True)
    detail: str = Field(primary_key=True)
    count: int
    """The number of events."""


security_events = _table(SecurityEventRow)
