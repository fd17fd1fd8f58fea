"""Queries and updates of the issuers that administrators name, in the caller's transaction."""

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from alerting.issuers.tables import issuers
from alerting.policy.issuer import Issuer, IssuerRules


class NamedIssuer(NamedTuple):
    """An issuer as an administrator named it, and its version."""

    issuer: Issuer
    version: int


def named_issuer(connection: Connection, division: str) -> NamedIssuer:
    """Return the issuer named for a division; an empty issuer with version 0 if there is none."""
    row = connection.execute(select(issuers).where(issuers.c.division == division)).first()
    if row is None:
        return NamedIssuer(Issuer(), 0)
    return NamedIssuer(Issuer.model_validate_json(row.issuer), row.version)


def named_issuers(connection: Connection) -> dict[str, Issuer]:
    """Return the named issuers by division code."""
    rows = connection.execute(select(issuers).order_by(issuers.c.division))
    return {row.division: Issuer.model_validate_json(row.issuer) for row in rows}


def issuers_over(connection: Connection, rules: IssuerRules) -> IssuerRules:
    """Return the policy file's issuers, overridden by those that administrators named."""
    return rules.under(named_issuers(connection))


def store_issuer(connection: Connection, division: str, issuer: Issuer, version: int) -> None:
    """Insert a division's issuer if `version` is 1, otherwise update it to this version."""
    row = {"issuer": issuer.model_dump_json(), "version": version}
    if version == 1:
        connection.execute(insert(issuers).values(division=division, **row))
    else:
        connection.execute(update(issuers).where(issuers.c.division == division).values(row))


def move_issuer(connection: Connection, old: str, new: str) -> None:
    """Move a division's issuer to its new code; delete it if that code already has an issuer."""
    own = issuers.c.division
    if named_issuer(connection, new).version:
        connection.execute(delete(issuers).where(own == old))
    else:
        connection.execute(update(issuers).where(own == old).values(division=new))
