"""Codes that people type: recovery codes, and the codes of browsers that asked for a link.

A link opens a session only in the browser that asked for it. But phones may open links in another
browser. So the asking browser shows a code, with which the link opens in any browser.
"""

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Final

_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Characters that are not mistaken for one another."""

CODE_LENGTH: Final = 10
"""10 characters have 49 bits, which nobody guesses with a limited number of attempts."""

BROWSER_LASTS: Final = timedelta(hours=1)
"""How long a browser keeps its token. It then shows the same code for a repeated request."""

CODE_DIGITS: Final = 6

_TOKEN: Final = re.compile(r"[\w-]{43}", re.ASCII)


def new_code() -> str:
    """Return a random recovery code."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))


def is_same_code(typed: str, code: str) -> bool:
    """Compare a typed code with a code, in constant time; case, spaces and dashes do not matter."""
    plain = typed.upper().replace("-", "").replace(" ", "")
    return secrets.compare_digest(plain.encode(), code.encode())


def browser_token(kept: str | None) -> str:
    """Return the token in the browser's cookie if it is valid, or else a new one."""
    return kept if kept and _TOKEN.fullmatch(kept) else secrets.token_urlsafe(32)


def code_of(browser: str) -> str:
    """Return the six-digit code of a browser, computed from the hash of its token."""
    digest = hashlib.sha256(f"code {browser}".encode()).digest()
    return f"{int.from_bytes(digest) % 10**CODE_DIGITS:0{CODE_DIGITS}}"
