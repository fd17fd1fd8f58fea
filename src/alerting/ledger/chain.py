"""The hash chain of an alert's log: each entry carries a hash over itself and the entry before.

Whoever changes, removes or adds an entry must rewrite the hashes of all later ones. An anchor, a
hash kept elsewhere, shows that too.

An entry's payload is in the chain by a commitment: a hash over the payload and a random salt. When
an entry is reduced, that is, what is personal in it is taken out, the commitment stays and the salt
goes. So the chain still verifies, and nobody can try values until one fits.
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
    """Return the salt of a payload that is written."""
    return token_hex(_SALT_BYTES)


def committed(salt: str, payload: str) -> str:
    """Return the SHA-256, in hexadecimal, over a payload and its salt, whose length is fixed."""
    return sha256(f"{salt}{payload}".encode()).hexdigest()


def chained(before: str | None, entry: Mapping[Any, Any]) -> str:
    """Return the SHA-256, in hexadecimal, over an entry of the log and the hash of the one before.

    `entry` has the columns of `events`; `before` is None for an alert's first entry. A reduced
    entry has the commitment to its first payload. The hash is over a JSON list, so that no two
    different entries have the same bytes.
    """
    commitment = entry["commitment"] or committed(entry["salt"], entry["payload"])
    # As json.dumps writes it, which takes three times as long for a list of these types.
    listed = (
        f"[{'null' if before is None else _quoted(before)}, {microseconds(entry['at'])}"
        f", {entry['alert']}, {entry['seq']}, {_quoted(entry['kind'])}"
        f", {_quoted(entry['division'])}, {_quoted(entry['subject'])}, {_quoted(commitment)}]"
    )
    return sha256(listed.encode()).hexdigest()
