"""Seals: encrypted values that a browser stores for the service, and that nobody can forge.

A seal needs no database row, so strangers who ask for many cannot fill a table. Challenges for
passkeys are sealed. An answered challenge is stored until it expires, so that it is used only once.
"""

import json
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from contacts.encryption.cipher import SEAL
from contacts.encryption.keys import KEYS
from contacts.sign_in.credentials import hash_of
from contacts.tables import USED_CHALLENGES, microseconds

CHALLENGE_LASTS: Final = timedelta(minutes=5)
"""How long a challenge is valid. Using a passkey on another device takes some time."""

_TO_COOKIE: Final = str.maketrans("+/=", "-_.")

_FROM_COOKIE: Final = str.maketrans("-_.", "+/=")


def sealed(purpose: str, text: str, expires_at: datetime) -> str:
    """Return a seal of a text for one purpose, in characters that cookies allow."""
    content = json.dumps([purpose, microseconds(expires_at), text])
    return KEYS.ring.encrypted(SEAL, content).translate(_TO_COOKIE)


def unsealed(purpose: str, seal: str, now: datetime) -> str | None:
    """Return the text of a seal; None if the seal is forged, expired or for another purpose."""
    try:
        content = KEYS.ring.decrypted(SEAL, seal.translate(_FROM_COOKIE))
    except ValueError:
        return None
    if not content:
        return None
    said, expires_at, text = json.loads(content)
    if said != purpose or expires_at <= microseconds(now):
        return None
    return str(text)


def use_challenge(conn: Connection, challenge: str, now: datetime) -> bool:
    """Mark a challenge as used; return False if it was used before.

    The caller must hold a lock on the passkey's or the officer's row, so that a concurrent request
    with the same challenge waits.
    """
    conn.execute(delete(USED_CHALLENGES).where(USED_CHALLENGES.c.expires_at <= now))
    hash_ = hash_of(challenge)
    known = select(USED_CHALLENGES.c.hash).where(USED_CHALLENGES.c.hash == hash_)
    if conn.execute(known).first() is not None:
        return False
    conn.execute(insert(USED_CHALLENGES).values(hash=hash_, expires_at=now + CHALLENGE_LASTS))
    return True
