"""Checks edits of roster entries: field values as in an import, versions by optimistic locking."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from alerting.errors import ConflictError, InvalidError
from contacts.roster.checks import Known
from contacts.roster.lines import RosterLine
from contacts.roster.store import RosterEntry

VERSION: Final = r"^[0-9a-f]{64}$"
"""Regular expression of a version, which is a SHA-256 in hexadecimal."""


def version_of(entry: RosterEntry) -> str:
    """Return the version of a roster entry, a hash over its fields."""
    return digest_of([entry.row, entry.phones])


def digest_of(content: object) -> str:
    """Return the SHA-256, in hexadecimal, of a JSON value."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def check_version(stored: RosterEntry, version: str) -> None:
    """Refuse a change that is not based on the version of the stored entry.

    Raises:
        ConflictError: if the entry has changed since then.
    """
    check_newest(version_of(stored), version)


def check_newest(stored: str, version: str) -> None:
    """Refuse a change that is not based on the stored version.

    Raises:
        ConflictError: if the versions differ.
    """
    if stored != version:
        raise ConflictError(
            "somebody else has changed this since you looked: reload it, then change it",
            chinese="您查看之后，别人已改过：请重新查看，再修改",
        )


_L = TypeVar("_L", bound=RosterLine)


def checked_line(adapter: TypeAdapter[_L], cells: Mapping[str, Any], known: Known) -> _L:
    """Validate the cells of a row and return the roster line.

    Raises:
        InvalidError: if a field is invalid; it names the first such field and the remedy.
    """
    try:
        return adapter.validate_python(dict(cells), context=known)
    except ValidationError as error:
        (first, *_) = error.errors(include_url=False)
        # Every check of the roster raises a CellError, so each error has this context.
        fault = first["ctx"]["error"]
        raise InvalidError(str(first["loc"][-1]), str(fault), fault.chinese) from error
