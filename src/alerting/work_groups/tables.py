"""Tables of work groups, without their addresses, and of the alerts posted to them."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class WorkGroupRow(SQLModel, table=True):
    """A work group that the settings name. Its address is a secret and stays in the settings."""

    __tablename__ = "work_groups"

    name: str = Field(primary_key=True)
    """The owner and a number, such as 511921/1."""
    owner: str
    """A division's code or an officer's id."""


class AlertedGroupRow(SQLModel, table=True):
    """A work group that an alert was posted to, and the progress that it knows."""

    __tablename__ = "alerted_groups"

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    name: str = Field(primary_key=True)
    division: str
    tenth: int
    """The last tenth of progress posted, from 0 to 10."""
    look_at: datetime = Field(sa_type=Instant)
    """When its progress is looked at next."""


work_groups = _table(WorkGroupRow)

alerted_groups = _table(AlertedGroupRow)
