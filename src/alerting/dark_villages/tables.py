"""The table of dark villages."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class DarkVillageRow(SQLModel, table=True):
    """A dark village: its phones do not answer, so its doors are knocked on at once."""

    __tablename__ = "dark_villages"

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    division: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Instant)
    found_by: str | None
    """The officer who sent people to its doors; None if the receipts showed it."""
    share: float | None
    """Share of its texts that were delivered, from 0 to 1."""
    neighbours_share: float | None
    together: bool
    """True if texts arrived in no village of its town or county."""
    seq: int


dark_villages = _table(DarkVillageRow)
