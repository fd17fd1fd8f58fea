"""Versions of entries (optimistic locking), so that no change overwrites another one unseen."""

import hashlib
import json
from typing import Final

from alerting.errors import ConflictError
from contacts.roster.store import RosterEntry

VERSION: Final = r"^[0-9a-f]{64}$"
"""Pattern of a version."""


def version_of(entry: RosterEntry) -> str:
    """Return the version of an entry."""
    return digest_of([entry.row, entry.phones])


def digest_of(content: object) -> str:
    """Return the SHA-256 of what JSON can hold."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def check_version(stored: RosterEntry, version: str) -> None:
    """Refuse a change that was made to another version.

    Raises:
        ConflictError: if the entry has changed since.
    """
    check_newest(version_of(stored), version)


def check_newest(stored: str, version: str) -> None:
    """Refuse a change that was made to another version than the stored one.

    Raises:
        ConflictError: if they differ.
    """
    if stored != version:
        raise ConflictError(
            "somebody else has changed this since you looked: look again, then change it"
        )
