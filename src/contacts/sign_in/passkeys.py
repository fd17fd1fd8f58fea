"""Officers' passkeys, of which only the public keys are stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from contacts.sign_in.sessions import revoke_sessions_by
from contacts.tables import OFFICERS, PASSKEYS

MOST_PASSKEYS: Final = 10
"""The maximum number of passkeys of an officer."""

_COLUMNS: Final = PASSKEYS.c[
    "id", "officer", "name", "credential", "public_key", "sign_count", "added_at", "used_at"
]


class PasskeyError(ValueError):
    """The officer has too many passkeys, or the passkey is registered already."""


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A new credential from an authenticator; its id and key are in base64url."""

    name: str
    credential: str
    public_key: str
    sign_count: int


@dataclass(frozen=True, slots=True)
class Passkey:
    """A registered passkey: see `PasskeyRow`."""

    id: int
    officer: str
    name: str
    credential: str
    public_key: str
    sign_count: int
    added_at: datetime
    used_at: datetime | None


def add_passkey(conn: Connection, officer_id: str, new: NewPasskey, now: datetime) -> Passkey:
    """Register a passkey of an officer.

    Raises:
        PasskeyError: if the officer has too many, or the passkey is registered already.
    """
    # The row lock makes a concurrent registration wait here. It then sees this one.
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
    """Return the passkey with this credential id, or None."""
    found = conn.execute(select(*_COLUMNS).where(PASSKEYS.c.credential == credential)).first()
    return None if found is None else Passkey(*found)


def remove_passkey(conn: Connection, officer_id: str, id_: int, now: datetime) -> bool:
    """Remove an officer's passkey, and revoke its sessions; return False if there is none."""
    mine = PASSKEYS.c.officer == officer_id, PASSKEYS.c.id == id_
    if conn.execute(delete(PASSKEYS).where(*mine)).rowcount == 0:
        return False
    revoke_sessions_by(conn, id_, now)
    return True


def remove_passkeys(conn: Connection, officer_id: str, now: datetime) -> int:
    """Remove all passkeys of an officer, and revoke their sessions; return how many passkeys."""
    mine = passkeys_of(conn, officer_id)
    return sum(remove_passkey(conn, officer_id, each.id, now) for each in mine)


def note_passkey_used(conn: Connection, passkey: Passkey, sign_count: int, now: datetime) -> bool:
    """Record that a passkey was used, with its new counter.

    Returns False if the passkey was removed or used by another request meanwhile.
    """
    as_read = PASSKEYS.c.id == passkey.id, PASSKEYS.c.sign_count == passkey.sign_count
    used = update(PASSKEYS).where(*as_read).values(sign_count=sign_count, used_at=now)
    return conn.execute(used).rowcount == 1
