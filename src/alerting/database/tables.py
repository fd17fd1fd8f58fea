"""Declarations shared by all tables, and the tables of leases, heartbeats and key ids."""

from datetime import datetime
from typing import Annotated, Final

import pydantic
from sqlalchemy import Table
from sqlmodel import Field, SQLModel

from contacts.tables import Instant

LARGEST_ID: Final = 2**31 - 1
"""Largest value that PostgreSQL accepts for an integer column."""

RowId = Annotated[int, pydantic.Field(ge=1, le=LARGEST_ID)]
"""A row's id or sequence number in a request, limited to the range of an integer column."""


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


class LeaseRow(SQLModel, table=True):
    """A lease on a job that one process at a time may do: see `alerting.database.lease`."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    holder: str
    """Name of the process, for people to read."""
    fence: int
    """The fencing token, which each takeover increases."""
    until: datetime = Field(sa_type=Instant)


class HeartbeatRow(SQLModel, table=True):
    """The time of the last write that tested whether the database accepts writes."""

    __tablename__ = "heartbeat"

    id: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)


class EncryptionKeyRow(SQLModel, table=True):
    """The id of a key that encrypts values of this database."""

    __tablename__ = "encryption_keys"

    id: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Instant)


leases = _table(LeaseRow)

heartbeat = _table(HeartbeatRow)

encryption_keys = _table(EncryptionKeyRow)
