"""Browsers that ask for links: the token that each keeps, and the code that it shows.

A link opens a session in the browser that asked for it. Phones open links in another browser than
the one somebody asked in, so that one shows a code, which opens the link elsewhere.
"""

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Final

BROWSER_LASTS: Final = timedelta(hours=1)
"""A browser keeps its token longer than a link lasts: a repeat shows the same code."""

CODE_DIGITS: Final = 6

_TOKEN: Final = re.compile(r"[\w-]{43}", re.ASCII)


def browser_token(kept: str | None) -> str:
    """Return the token that the browser keeps, or a new one."""
    return kept if kept and _TOKEN.fullmatch(kept) else secrets.token_urlsafe(32)


def code_of(browser: str) -> str:
    """Return the code of the browser with this token's hash, which it shows and nobody stores."""
    digest = hashlib.sha256(f"code {browser}".encode()).digest()
    return f"{int.from_bytes(digest) % 10**CODE_DIGITS:0{CODE_DIGITS}}"
