"""Table of the issuers that administrators name."""

from sqlmodel import Field, SQLModel

from alerting.database.tables import _table


class IssuerRow(SQLModel, table=True):
    """The issuer that a division's administrator named by page."""

    __tablename__ = "issuers"

    division: str = Field(primary_key=True)
    """The division that warns in this name."""
    issuer: str
    """JSON of `alerting.policy.issuer.Issuer`; empty names leave it to the policy file."""
    version: int
    """From 1; a change names the version that was seen."""


issuers = _table(IssuerRow)
