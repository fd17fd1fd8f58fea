"""The hash chain of an alert's log: each entry carries a hash over itself and the entry before.

A change, a removal or an insertion breaks the chain unless all later hashes are rewritten too. An
anchor, which is a copy of a hash kept elsewhere, reveals such a rewrite.

The chain covers a payload by its commitment, a hash over the payload and a random salt. An entry is
reduced when personal data is removed from its payload. Its commitment then stays and its salt is
deleted. The chain still verifies, and nobody can recover the data by hashing guesses.
"""

from collections.abc import Mapping
from hashlib import sha256
from json.encoder import encode_basestring_ascii
from secrets import token_hex
from typing import Any, Final

from contacts.tables import microseconds

_SALT_BYTES: Final = 16

_quoted: Final = encode_basestring_ascii


def new_salt() -> str:
    """Return 16 random bytes in hexadecimal: the salt of a new payload."""
    return token_hex(_SALT_BYTES)


def committed(salt: str, payload: str) -> str:
    """Return the commitment: the SHA-256, in hexadecimal, of the salt followed by the payload."""
    return sha256(f"{salt}{payload}".encode()).hexdigest()


def chained(before: str | None, entry: Mapping[Any, Any]) -> str:
    """Return the SHA-256, in hexadecimal, over the previous entry's hash and a log entry.

    `entry` has the columns of `events`; `before` is None for an alert's first entry. The commitment
    of a reduced entry is still that of its original payload. The input is encoded as a JSON list,
    so that different entries never give the same bytes.
    """
    commitment = entry["commitment"] or committed(entry["salt"], entry["payload"])
    # The same text as json.dumps would give, built here because json.dumps takes three times as
    # long.
    listed = (
        f"[{'null' if before is None else _quoted(before)}, {microseconds(entry['at'])}"
        f", {entry['alert']}, {entry['seq']}, {_quoted(entry['kind'])}"
        f", {_quoted(entry['division'])}, {_quoted(entry['subject'])}, {_quoted(commitment)}]"
    )
    return sha256(listed.encode()).hexdigest()
