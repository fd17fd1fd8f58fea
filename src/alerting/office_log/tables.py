"""Table of the office log."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.encryption.columns import Personal, PersonalJson
from contacts.tables import Instant


class AdministrationRow(SQLModel, table=True):
    """One act of an administrator; rows are never changed or deleted."""

    __tablename__ = "administration"
    __table_args__ = (Index("administration_by_division", "division", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Instant)
    officer: str
    """The administrator's id, even if the roster no longer has it."""
    act: str
    """An `alerting.office_log.log.OfficeAct`."""
    division: str
    """The code of the lowest division that contains everything changed."""
    reason: str = Field(sa_type=Personal)
    """The reason; empty for acts without one."""
    details: str = Field(sa_type=PersonalJson)
    """The changes with old and new values, as JSON of `alerting.office_log.log.Details`."""


administration = _table(AdministrationRow)
