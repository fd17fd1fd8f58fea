"""Table of the issuers that administrators name."""

from sqlmodel import Field, SQLModel

from alerting.database.tables import _table


class IssuerRow(SQLModel, table=True):
    """The issuer that an administrator named for a division."""

    __tablename__ = "issuers"

    division: str = Field(primary_key=True)
    """The code of the division that warns in this issuer's name."""
    issuer: str
    """An `alerting.policy.issuer.Issuer` as JSON; without names, the policy file's apply."""
    version: int
    """Counts from 1; a change must name the version that it replaces (optimistic lock)."""


issuers = _table(IssuerRow)
