"""Seals: values that a browser keeps for the service, which nobody else can read or make.

A seal costs no row, so a stranger who asks for many fills no table. A caller that needs a seal used
once only keeps the used ones until they expire.
"""

import json
from datetime import datetime
from typing import Final

from contacts.encryption.cipher import SEAL
from contacts.encryption.keys import KEYS
from contacts.tables import microseconds

_TO_COOKIE: Final = str.maketrans("+/=", "-_.")

_FROM_COOKIE: Final = str.maketrans("-_.", "+/=")


def sealed(purpose: str, text: str, expires_at: datetime) -> str:
    """Return the seal of a text for one purpose, in characters that a cookie may have."""
    content = json.dumps([purpose, microseconds(expires_at), text])
    return KEYS.ring.encrypted(SEAL, content).translate(_TO_COOKIE)


def unsealed(purpose: str, seal: str, now: datetime) -> str | None:
    """Return the text of a seal, or None if it is invented, expired or for another purpose."""
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
