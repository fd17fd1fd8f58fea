"""What every table is declared by, and rows of leases and heartbeats."""

from datetime import datetime
from typing import Annotated, Final

import pydantic
from sqlalchemy import Table
from sqlmodel import Field, SQLModel

from contacts.instant import Instant

LARGEST_ID: Final = 2**31 - 1
"""PostgreSQL refuses to compare an integer column with more."""

RowId = Annotated[int, pydantic.Field(ge=1, le=LARGEST_ID)]
"""The id or the sequence number of a row, as it may come from outside."""


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


class LeaseRow(SQLModel, table=True):
    """Who does what one process at a time does: see `alerting.database.lease`."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    holder: str
    """The process, as people name it."""
    fence: int
    """Grows each time it is taken over."""
    until: datetime = Field(sa_type=Instant)


class HeartbeatRow(SQLModel, table=True):
    """The last write made to see whether the database takes one."""

    __tablename__ = "heartbeat"

    id: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)


leases = _table(LeaseRow)

heartbeat = _table(HeartbeatRow)
