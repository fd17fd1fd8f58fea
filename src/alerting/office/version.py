"""Versions of entries (optimistic locking), so that no change overwrites another one unseen."""

import hashlib
import json
from typing import Final

from alerting.errors import ConflictError
from contacts.roster.store import RosterEntry

VERSION: Final = r"^[0-9a-f]{64}$"
"""Pattern of a version."""


def version_of(entry: RosterEntry) -> str:
    """Return the SHA-256 of an entry's content."""
    content = json.dumps([entry.row, entry.phones], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def check_version(stored: RosterEntry, version: str) -> None:
    """Refuse a change that was made to another version.

    Raises:
        ConflictError: if the entry has changed since.
    """
    if version_of(stored) != version:
        raise ConflictError(
            "somebody else has changed this since you looked: look again, then change it"
        )
