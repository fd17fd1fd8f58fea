"""Officers' browser sessions, which expire and can be revoked."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, true, update

from contacts.directory import Officer, officers_named
from contacts.division import subtree
from contacts.sign_in.credentials import hash_of
from contacts.tables import OFFICER_SESSIONS, OFFICERS

SESSION_LASTS: Final = timedelta(hours=12)

IDLE_LASTS: Final = timedelta(hours=2)
"""A session that is not used for this long is over. An open board counts as use."""

SEEN_EVERY: Final = timedelta(minutes=1)
"""How often `last_seen_at` is updated."""

_DEVICE_LENGTH: Final = 200

_COLUMNS: Final = OFFICER_SESSIONS.c[
    "id", "officer", "begun_at", "last_seen_at", "expires_at", "device", "passkey"
]

_A_QUERY: Final = 1_000
"""The number of values in one statement, which databases limit."""

_BY_HASH: Final = select(OFFICER_SESSIONS.c.hash, *_COLUMNS).where(
    OFFICER_SESSIONS.c.hash.in_(bindparam("hashes", expanding=True)),
    OFFICER_SESSIONS.c.revoked_at.is_(None),
    OFFICER_SESSIONS.c.expires_at > bindparam("now"),
    OFFICER_SESSIONS.c.last_seen_at > bindparam("idle_since"),
)

_NOTE_SEEN: Final = (
    update(OFFICER_SESSIONS)
    .where(
        OFFICER_SESSIONS.c.hash == bindparam("session"),
        OFFICER_SESSIONS.c.last_seen_at < bindparam("now"),
    )
    .values(last_seen_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Session:
    """A session in one browser; `device` is the browser's User-Agent header."""

    id: int
    officer: str
    begun_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    device: str
    passkey: int | None
    """The id of the passkey that opened the session; None if a link or a code did."""


class SignedIn(NamedTuple):
    """A session and its officer."""

    session: Session
    officer: Officer


def begin_session(
    conn: Connection, officer_id: str, now: datetime, device: str, passkey: int | None = None
) -> str:
    """Open a session for an officer, and return its token; only its hash is stored.

    `passkey` is the id of the passkey that opens it. Removing that passkey revokes the session.
    """
    token = secrets.token_urlsafe(32)
    conn.execute(
        insert(OFFICER_SESSIONS).values(
            hash=hash_of(token),
            officer=officer_id,
            begun_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_LASTS,
            device=device[:_DEVICE_LENGTH],
            passkey=passkey,
        )
    )
    return token


def signed_in_by(conn: Connection, hashes: Collection[str], now: datetime) -> dict[str, SignedIn]:
    """Return the sessions with these token hashes and their officers, by hash.

    Sessions that are unknown or over are left out.
    """
    found: dict[str, SignedIn] = {}
    rest = iter(hashes)
    while some := tuple(islice(rest, _A_QUERY)):
        rows = conn.execute(
            _BY_HASH, {"hashes": some, "now": now, "idle_since": now - IDLE_LASTS}
        ).all()
        live = {row.hash: Session(*row[1:]) for row in rows}
        officers = officers_named(conn, {each.officer for each in live.values()})
        found |= {hash_: SignedIn(each, officers[each.officer]) for hash_, each in live.items()}
    return found


def session(conn: Connection, id_: int, now: datetime) -> Session | None:
    """Return the session, or None if it is unknown or over."""
    return next(iter(_live(conn, OFFICER_SESSIONS.c.id == id_, now)), None)


def sessions_of(conn: Connection, officer_id: str, now: datetime) -> list[Session]:
    """Return the officer's sessions that are not over, the most recently seen first."""
    return _live(conn, OFFICER_SESSIONS.c.officer == officer_id, now)


def sessions_within(
    conn: Connection,
    division: str,
    officers: Collection[str] | None,
    before: int | None,
    most: int,
    now: datetime,
) -> list[Session]:
    """Return up to `most` sessions of a division's officers that are not over, the newest first.

    `officers` limits them to these ids, unless it is None. `before` is the cursor: the id of the
    last session on the page before, or None for the first page.
    """
    sessions = OFFICER_SESSIONS.c
    query = (
        select(*_COLUMNS)
        .join(OFFICERS, OFFICERS.c.id == sessions.officer)
        .where(
            OFFICERS.c.division.between(*subtree(division)),
            *_not_over(now),
            true() if before is None else sessions.id < before,
            true() if officers is None else sessions.officer.in_(officers),
        )
        .order_by(sessions.id.desc())
        .limit(most)
    )
    return [Session(*row) for row in conn.execute(query)]


def note_seen(conn: Connection, hashes: Collection[str], now: datetime) -> None:
    """Record that the sessions with these token hashes were in use at `now`."""
    if hashes:
        rows: list[dict[str, Any]] = [{"session": hash_, "now": now} for hash_ in sorted(hashes)]
        conn.execute(_NOTE_SEEN, rows)


def revoke_session(conn: Connection, id_: int, now: datetime) -> int:
    """Revoke one session; return 1, or 0 if it was over already."""
    return _revoke(conn, OFFICER_SESSIONS.c.id == id_, now)


def revoke_session_of(conn: Connection, token: str, now: datetime) -> int:
    """Revoke the session with this token; return 1, or 0 if there is none."""
    return _revoke(conn, OFFICER_SESSIONS.c.hash == hash_of(token), now)


def revoke_sessions(conn: Connection, officer_id: str, now: datetime) -> int:
    """Revoke every session of the officer; return the number newly revoked."""
    return _revoke(conn, OFFICER_SESSIONS.c.officer == officer_id, now)


def revoke_sessions_by(conn: Connection, passkey: int, now: datetime) -> int:
    """Revoke every session that a passkey opened; return the number newly revoked."""
    return _revoke(conn, OFFICER_SESSIONS.c.passkey == passkey, now)


def _live(conn: Connection, which: ColumnElement[bool], now: datetime) -> list[Session]:
    query = select(*_COLUMNS).where(which, *_not_over(now))
    newest = OFFICER_SESSIONS.c.last_seen_at.desc(), OFFICER_SESSIONS.c.id.desc()
    return [Session(*row) for row in conn.execute(query.order_by(*newest))]


def _revoke(conn: Connection, which: ColumnElement[bool], now: datetime) -> int:
    statement = update(OFFICER_SESSIONS).where(which, *_not_over(now))
    return conn.execute(statement.values(revoked_at=now)).rowcount


def _not_over(now: datetime) -> tuple[ColumnElement[bool], ...]:
    sessions = OFFICER_SESSIONS.c
    in_use = sessions.last_seen_at > now - IDLE_LASTS
    return sessions.revoked_at.is_(None), sessions.expires_at > now, in_use
