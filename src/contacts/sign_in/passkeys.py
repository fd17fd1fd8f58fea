"""Passkeys of officers: their public halves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from contacts.sign_in.sessions import revoke_sessions_by
from contacts.tables import OFFICERS, PASSKEYS

MOST_PASSKEYS: Final = 10
"""Most passkeys of one officer: a phone, a desk, and some keys on a ring."""

_COLUMNS: Final = PASSKEYS.c[
    "id", "officer", "name", "credential", "public_key", "sign_count", "added_at", "used_at"
]


class PasskeyError(ValueError):
    """The officer has too many passkeys, or this one is registered already."""


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A credential as its authenticator made it; ids and keys in base64url."""

    name: str
    credential: str
    public_key: str
    sign_count: int


@dataclass(frozen=True, slots=True)
class Passkey:
    """A registered passkey; see `PasskeyRow`."""

    id: int
    officer: str
    name: str
    credential: str
    public_key: str
    sign_count: int
    added_at: datetime
    used_at: datetime | None


def add_passkey(conn: Connection, officer_id: str, new: NewPasskey, now: datetime) -> Passkey:
    """Register a passkey of the officer.

    Raises:
        PasskeyError: if the officer has too many, or somebody has this one.
    """
    # The row lock makes a concurrent registration wait here; it then sees this one.
    row = select(OFFICERS.c.id).where(OFFICERS.c.id == officer_id)
    conn.execute(row.with_for_update(key_share=True))
    count = select(func.count()).select_from(PASSKEYS).where(PASSKEYS.c.officer == officer_id)
    if (conn.scalar(count) or 0) >= MOST_PASSKEYS:
        raise PasskeyError(f"you have {MOST_PASSKEYS} passkeys: remove one first")
    if passkey_of(conn, new.credential) is not None:
        raise PasskeyError("this passkey is registered already: sign in with it")
    values = {
        "officer": officer_id,
        "name": new.name,
        "credential": new.credential,
        "public_key": new.public_key,
        "sign_count": new.sign_count,
        "added_at": now,
    }
    added = conn.execute(insert(PASSKEYS).values(values).returning(*_COLUMNS)).one()
    return Passkey(*added)


def passkeys_of(conn: Connection, officer_id: str) -> list[Passkey]:
    """Return the officer's passkeys, the oldest first."""
    query = select(*_COLUMNS).where(PASSKEYS.c.officer == officer_id).order_by(PASSKEYS.c.id)
    return [Passkey(*row) for row in conn.execute(query)]


def passkey_of(conn: Connection, credential: str) -> Passkey | None:
    """Return the passkey with this credential's id, or None."""
    found = conn.execute(select(*_COLUMNS).where(PASSKEYS.c.credential == credential)).first()
    return None if found is None else Passkey(*found)


def remove_passkey(conn: Connection, officer_id: str, id_: int, now: datetime) -> bool:
    """Remove a passkey of the officer, and end the sessions that it began; False: no such one."""
    mine = PASSKEYS.c.officer == officer_id, PASSKEYS.c.id == id_
    if conn.execute(delete(PASSKEYS).where(*mine)).rowcount == 0:
        return False
    revoke_sessions_by(conn, id_, now)
    return True


def remove_passkeys(conn: Connection, officer_id: str, now: datetime) -> int:
    """Remove every passkey of the officer, with the sessions that they began; return how many."""
    mine = passkeys_of(conn, officer_id)
    return sum(remove_passkey(conn, officer_id, each.id, now) for each in mine)


def note_passkey_used(conn: Connection, passkey: Passkey, sign_count: int, now: datetime) -> bool:
    """Record the counter of a use; False if the passkey was removed or used at the same time."""
    as_read = PASSKEYS.c.id == passkey.id, PASSKEYS.c.sign_count == passkey.sign_count
    used = update(PASSKEYS).where(*as_read).values(sign_count=sign_count, used_at=now)
    return conn.execute(used).rowcount == 1
