"""One-time codes that people type: characters that are not read as one another."""

import secrets
from typing import Final

_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

CODE_LENGTH: Final = 10
"""49 bits: with a bound on tries nobody guesses it."""


def new_code() -> str:
    """Return a random code."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))


def is_same_code(typed: str, code: str) -> bool:
    """Return whether a person typed this code, in constant time; case and gaps do not matter."""
    plain = typed.upper().replace("-", "").replace(" ", "")
    return secrets.compare_digest(plain.encode(), code.encode())
