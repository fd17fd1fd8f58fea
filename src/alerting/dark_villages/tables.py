"""The table of dark villages."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class DarkVillageRow(SQLModel, table=True):
    """A village where texts do not arrive, so that officers knock on its doors at once."""

    __tablename__ = "dark_villages"

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    division: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Instant)
    found_by: str | None
    """The officer who declared the village dark; None if receipts showed it."""
    share: float | None
    """Share of the village's texts that were delivered, from 0 to 1."""
    neighbours_share: float | None
    """Share of the texts to the other villages that were delivered, from 0 to 1."""
    together: bool
    """Whether too few texts arrived in the village's whole town or county."""
    seq: int


dark_villages = _table(DarkVillageRow)
