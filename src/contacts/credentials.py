"""Whether tokens and sessions are still valid: asked for many at once."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Final

from sqlalchemy import Connection, Table, select

from contacts.tables import OFFICER_SESSIONS, OFFICER_TOKENS, OFFICERS

_A_QUERY: Final = 1_000
"""A database takes only so many values in one statement."""


class CredentialKind(StrEnum):
    """By what somebody is known."""

    BEARER = "bearer"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Credential:
    """What is stored of a bearer token, or of a session's cookie."""

    kind: CredentialKind
    hash: str


_TABLES: Final[dict[CredentialKind, Table]] = {
    CredentialKind.BEARER: OFFICER_TOKENS,
    CredentialKind.SESSION: OFFICER_SESSIONS,
}


def divisions_held(
    conn: Connection, credentials: Collection[Credential], now: datetime
) -> dict[Credential, str]:
    """Return the division of each credential's officer; who is left out may do nothing more."""
    held: dict[Credential, str] = {}
    for kind, table in _TABLES.items():
        hashes = (each.hash for each in credentials if each.kind is kind)
        while some := tuple(islice(hashes, _A_QUERY)):
            rows = _valid(conn, table, some, now)
            held |= {Credential(kind, hash_): division for hash_, division in rows}
    return held


def _valid(
    conn: Connection, table: Table, hashes: Sequence[str], now: datetime
) -> Iterator[tuple[str, str]]:
    query = (
        select(table.c.hash, OFFICERS.c.division)
        .join_from(table, OFFICERS, table.c.officer == OFFICERS.c.id)
        .where(table.c.hash.in_(hashes), table.c.revoked_at.is_(None), table.c.expires_at > now)
    )
    return ((row.hash, row.division) for row in conn.execute(query))
