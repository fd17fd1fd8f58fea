"""Recovery codes: an administrator hands a code to an officer, who then signs in with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from contacts.sign_in.links import revoke_links
from contacts.sign_in.passkeys import remove_passkeys
from contacts.sign_in.sessions import begin_session, revoke_sessions
from contacts.sign_in.typed_codes import is_same_code, new_code
from contacts.tables import OFFICERS, RECOVERY_CODES

RECOVERY_LASTS: Final = timedelta(minutes=15)

MOST_WRONG: Final = 5
"""A code is invalid after this many wrong attempts."""


@dataclass(frozen=True, slots=True)
class RecoveryCode:
    """A new code, which is shown only once, and when it expires."""

    code: str
    expires_at: datetime


def issue_recovery_code(conn: Connection, officer_id: str, by: str, now: datetime) -> RecoveryCode:
    """Issue a code for an officer in place of any earlier one, and return it."""
    # The row lock makes a concurrent request wait here. It then replaces this code.
    row = select(OFFICERS.c.id).where(OFFICERS.c.id == officer_id)
    conn.execute(row.with_for_update(key_share=True))
    conn.execute(delete(RECOVERY_CODES).where(RECOVERY_CODES.c.officer == officer_id))
    issued = RecoveryCode(new_code(), now + RECOVERY_LASTS)
    values = {
        "officer": officer_id,
        "code": issued.code,
        "issued_by": by,
        "issued_at": now,
        "expires_at": issued.expires_at,
    }
    conn.execute(insert(RECOVERY_CODES).values(values))
    return issued


def redeem_recovery_code(
    conn: Connection, officer_id: str, typed: str, now: datetime, device: str
) -> str | None:
    """Exchange a code for a session; return the session's token, or None if the code is invalid.

    The officer's passkeys, other sessions and links are revoked, because others may have them.
    """
    codes = RECOVERY_CODES.c
    mine = codes.officer == officer_id, codes.expires_at > now, codes.wrong < MOST_WRONG
    code = conn.scalar(select(codes.code).where(*mine).with_for_update())
    if code is None:
        return None
    if not is_same_code(typed, code):
        conn.execute(update(RECOVERY_CODES).where(*mine).values(wrong=codes.wrong + 1))
        return None
    conn.execute(delete(RECOVERY_CODES).where(codes.officer == officer_id))
    remove_passkeys(conn, officer_id, now)
    revoke_sessions(conn, officer_id, now)
    revoke_links(conn, officer_id, now)
    return begin_session(conn, officer_id, now, device)


def revoke_recovery(conn: Connection, officer_id: str, now: datetime) -> int:
    """Revoke the officer's code; return 1, or 0 if there is no valid one."""
    codes = RECOVERY_CODES.c
    mine = codes.officer == officer_id, codes.expires_at > now
    return conn.execute(delete(RECOVERY_CODES).where(*mine)).rowcount
