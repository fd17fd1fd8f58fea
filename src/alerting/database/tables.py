"""Declarations shared by all tables, and rows of leases and heartbeats."""

from datetime import datetime
from typing import Annotated, Final

import pydantic
from sqlalchemy import Table
from sqlmodel import Field, SQLModel

from contacts.tables import Instant

LARGEST_ID: Final = 2**31 - 1
"""Largest value that PostgreSQL compares with an integer column without an error."""

RowId = Annotated[int, pydantic.Field(ge=1, le=LARGEST_ID)]
"""A row's id or sequence number from a request, within the range of the column."""


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


class LeaseRow(SQLModel, table=True):
    """A lease on work that one process at a time does: see `alerting.database.lease`."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    holder: str
    """Name of the process, for people to read."""
    fence: int
    """Fencing token, which grows with each takeover."""
    until: datetime = Field(sa_type=Instant)


class HeartbeatRow(SQLModel, table=True):
    """Time of the last write that tested whether the database accepts writes."""

    __tablename__ = "heartbeat"

    id: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)


class EncryptionKeyRow(SQLModel, table=True):
    """A key that values of this database are encrypted with, by its id."""

    __tablename__ = "encryption_keys"

    id: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Instant)


leases = _table(LeaseRow)

heartbeat = _table(HeartbeatRow)

encryption_keys = _table(EncryptionKeyRow)
