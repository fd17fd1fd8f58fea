"""Officers' bearer tokens, and batched validity checks of tokens and sessions."""

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
"""The number of values in one statement, which databases limit."""


class CredentialKind(StrEnum):
    """The kind of an officer's credential."""

    BEARER = "bearer"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Credential:
    """A bearer token or a session's cookie, in its stored form."""

    kind: CredentialKind
    hash: str


_TABLES: Final[dict[CredentialKind, Table]] = {
    CredentialKind.BEARER: OFFICER_TOKENS,
    CredentialKind.SESSION: OFFICER_SESSIONS,
}


def divisions_held(
    conn: Connection, credentials: Collection[Credential], now: datetime
) -> dict[Credential, str]:
    """Return the officer's division for each valid credential; leave out the others."""
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
    """Issue a token for an officer and return it; only its hash is stored.

    Raises:
        ValueError: if there is no such officer, or `valid_for` is not positive.
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
    """An officer's bearer token as it is stored, with its hash instead of the token."""

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
    """Return up to `most` valid tokens of a division's officers, the newest first.

    `officers` limits them to these ids, unless it is None; `fingerprint` limits them to tokens
    whose hash starts with it.
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
    """Revoke the token with this hash in a table of tokens; return the number revoked."""
    held = update(table).where(table.c.hash == hash_, table.c.revoked_at.is_(None))
    return conn.execute(held.values(revoked_at=now)).rowcount


FINGERPRINT_LENGTH: Final = 16


def fingerprint_of(hash_: str) -> str:
    """Return the start of a token's hash, by which people tell tokens apart."""
    return hash_[:FINGERPRINT_LENGTH]


def has_fingerprint(column: ColumnElement[str], fingerprint: str) -> ColumnElement[bool]:
    """Return the condition that the hash in a column starts with a fingerprint.

    An index can serve it. 'g' sorts after every hexadecimal digit, in any collation.
    """
    return column.between(fingerprint, f"{fingerprint}g")


def hash_of(token: str) -> str:
    """Return the hash under which a token is stored."""
    # A random token of 256 bits cannot be guessed, so it needs neither a salt nor a slow hash.
    return hashlib.sha256(token.encode()).hexdigest()
