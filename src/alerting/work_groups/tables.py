"""Tables of work groups and of the alerts posted to them. Addresses are secret and not stored."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class WorkGroupRow(SQLModel, table=True):
    """A work group in the settings. Only the settings have its address, which is a secret."""

    __tablename__ = "work_groups"

    name: str = Field(primary_key=True)
    """The group's name, which is its owner and a number, such as 511921/1."""
    owner: str
    """A division's code or an officer's id."""


class AlertedGroupRow(SQLModel, table=True):
    """A work group to which an alert was posted, and the last progress posted to it."""

    __tablename__ = "alerted_groups"

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    name: str = Field(primary_key=True)
    division: str
    tenth: int
    """The last posted progress: how many tenths of the people, 0 to 10."""
    look_at: datetime = Field(sa_type=Instant)
    """When the progress is checked next."""


work_groups = _table(WorkGroupRow)

alerted_groups = _table(AlertedGroupRow)
