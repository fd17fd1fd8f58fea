"""Codes that people type: one-time codes, and the code of a browser that asked for a link.

A link opens a session in the browser that asked for it. Phones open links in another browser than
the one somebody asked in, so that one shows a code, which opens the link elsewhere.
"""

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Final

_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Characters that are not read as one another."""

CODE_LENGTH: Final = 10
"""49 bits: with a bound on tries nobody guesses it."""

BROWSER_LASTS: Final = timedelta(hours=1)
"""A browser keeps its token longer than a link lasts: a repeat shows the same code."""

CODE_DIGITS: Final = 6

_TOKEN: Final = re.compile(r"[\w-]{43}", re.ASCII)


def new_code() -> str:
    """Return a random code."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))


def is_same_code(typed: str, code: str) -> bool:
    """Return whether a person typed this code, in constant time; case and gaps do not matter."""
    plain = typed.upper().replace("-", "").replace(" ", "")
    return secrets.compare_digest(plain.encode(), code.encode())


def browser_token(kept: str | None) -> str:
    """Return the token that the browser keeps, or a new one."""
    return kept if kept and _TOKEN.fullmatch(kept) else secrets.token_urlsafe(32)


def code_of(browser: str) -> str:
    """Return the code of the browser with this token's hash, which it shows and nobody stores."""
    digest = hashlib.sha256(f"code {browser}".encode()).digest()
    return f"{int.from_bytes(digest) % 10**CODE_DIGITS:0{CODE_DIGITS}}"
