"""The table of machines' bearer tokens."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from alerting.database.tables import _table
from contacts.tables import Instant


class MachineTokenRow(SQLModel, table=True):
    """A bearer token of a machine that the policy names; its SHA-256 hash is stored."""

    __tablename__ = "machine_tokens"
    __table_args__ = (Index("machine_tokens_by_machine", "kind", "name"),)

    hash: str = Field(primary_key=True)
    kind: str
    """See `alerting.access.machines.MachineKind`."""
    name: str
    """The machine's name in the policy."""
    issued_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


machine_tokens = _table(MachineTokenRow)
