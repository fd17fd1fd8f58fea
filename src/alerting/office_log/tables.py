"""Table of what administrators changed."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.encryption.columns import Personal, PersonalJson
from contacts.tables import Instant


class AdministrationRow(SQLModel, table=True):
    """One act of an administrator; rows are only added."""

    __tablename__ = "administration"
    __table_args__ = (Index("administration_by_division", "division", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Instant)
    officer: str
    """The administrator's id, which the roster may no longer have."""
    act: str
    """See `alerting.office_log.log.OfficeAct`."""
    division: str
    """The division within which everything changed lies."""
    reason: str = Field(sa_type=Personal)
    """Why, where a reason is asked for; empty otherwise."""
    details: str = Field(sa_type=PersonalJson)
    """The changes, with old and new values: JSON of `alerting.office_log.log.Details`."""


administration = _table(AdministrationRow)
