"""Bearer tokens of officers, and batched validity checks of tokens and sessions."""

import hashlib
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, bindparam, insert, select, true, update

from contacts.directory import Officer, officer, officers_named
from contacts.division import subtree
from contacts.tables import OFFICER_SESSIONS, OFFICER_TOKENS, OFFICERS

_A_QUERY: Final = 1_000
"""Values bound in one statement: databases limit their number."""


class CredentialKind(StrEnum):
    """The kind of credential an officer presents."""

    BEARER = "bearer"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Credential:
    """The stored form of a bearer token or of a session's cookie."""

    kind: CredentialKind
    hash: str


_TABLES: Final[dict[CredentialKind, Table]] = {
    CredentialKind.BEARER: OFFICER_TOKENS,
    CredentialKind.SESSION: OFFICER_SESSIONS,
}


def divisions_held(
    conn: Connection, credentials: Collection[Credential], now: datetime
) -> dict[Credential, str]:
    """Return the division of each valid credential's officer; omit the invalid ones."""
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


def issue_token(conn: Connection, officer_id: str, now: datetime, valid_for: timedelta) -> str:
    """Return a new token of the officer; it cannot be read again.

    Raises:
        ValueError: if there is no such officer, or the time of validity is not positive.
    """
    if officer(conn, officer_id) is None:
        raise ValueError(f"{officer_id!r} is not a known officer: import them first, or correct it")
    if valid_for <= timedelta(0):
        raise ValueError(f"a token cannot be valid for {valid_for}: write a time above zero")
    token = secrets.token_urlsafe(32)
    conn.execute(
        insert(OFFICER_TOKENS).values(
            hash=hash_of(token), officer=officer_id, issued_at=now, expires_at=now + valid_for
        )
    )
    return token


def officers_of_tokens(
    conn: Connection, hashes: Collection[str], now: datetime
) -> dict[str, Officer]:
    """Return the holders of the tokens with these hashes, by hash.

    Omits hashes that are unknown, expired or revoked.
    """
    holders: dict[str, str] = {}
    rest = iter(hashes)
    while some := tuple(islice(rest, _A_QUERY)):
        rows = conn.execute(_HOLDERS, {"hashes": some, "now": now})
        holders |= {row.hash: row.officer for row in rows}
    officers = officers_named(conn, set(holders.values()))
    return {hash_: officers[holder] for hash_, holder in holders.items()}


_HOLDERS: Final = select(OFFICER_TOKENS.c.hash, OFFICER_TOKENS.c.officer).where(
    OFFICER_TOKENS.c.hash.in_(bindparam("hashes", expanding=True)),
    OFFICER_TOKENS.c.expires_at > bindparam("now", type_=OFFICER_TOKENS.c.expires_at.type),
    OFFICER_TOKENS.c.revoked_at.is_(None),
)


def revoke_tokens(conn: Connection, officer_id: str, now: datetime) -> int:
    """Revoke every token of the officer; return the number newly revoked."""
    return conn.execute(
        update(OFFICER_TOKENS)
        .where(OFFICER_TOKENS.c.officer == officer_id, OFFICER_TOKENS.c.revoked_at.is_(None))
        .values(revoked_at=now)
    ).rowcount


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """An officer's bearer token as it is stored; its hash does not give the token back."""

    hash: str
    officer: str
    issued_at: datetime
    expires_at: datetime


def tokens_within(
    conn: Connection,
    division: str,
    now: datetime,
    most: int,
    officers: Collection[str] | None = None,
    fingerprint: str = "",
) -> list[IssuedToken]:
    """Return valid tokens of a division's officers, the one issued last first.

    `officers` are the ids to which they are limited, None: to nobody.
    """
    tokens = OFFICER_TOKENS.c
    query = (
        select(tokens.hash, tokens.officer, tokens.issued_at, tokens.expires_at)
        .join(OFFICERS, OFFICERS.c.id == tokens.officer)
        .where(
            OFFICERS.c.division.between(*subtree(division)),
            tokens.expires_at > now,
            tokens.revoked_at.is_(None),
            true() if officers is None else tokens.officer.in_(officers),
            true() if not fingerprint else has_fingerprint(tokens.hash, fingerprint),
        )
        .order_by(tokens.issued_at.desc(), tokens.hash)
        .limit(most)
    )
    return [IssuedToken(*row) for row in conn.execute(query)]


def revoke_token(conn: Connection, table: Table, hash_: str, now: datetime) -> int:
    """Revoke the token with this hash, of an officer or a machine; return the number revoked."""
    held = update(table).where(table.c.hash == hash_, table.c.revoked_at.is_(None))
    return conn.execute(held.values(revoked_at=now)).rowcount


FINGERPRINT_LENGTH: Final = 16


def fingerprint_of(hash_: str) -> str:
    """Return the beginning of a token's hash, by which people tell tokens apart."""
    return hash_[:FINGERPRINT_LENGTH]


def has_fingerprint(column: ColumnElement[str], fingerprint: str) -> ColumnElement[bool]:
    """Return the condition that a column's hash begins with a fingerprint, which an index serves.

    'g' stands after every hexadecimal digit, in any collation.
    """
    return column.between(fingerprint, f"{fingerprint}g")


def hash_of(token: str) -> str:
    """Return the hash under which a token is stored."""
    # A random token of 256 bits cannot be guessed, so it needs no salt and no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()
