"""Edits of the roster by page: checked like the lines of a file, and against the version seen."""

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
"""Pattern of a version."""


def version_of(entry: RosterEntry) -> str:
    """Return the version of an entry."""
    return digest_of([entry.row, entry.phones])


def digest_of(content: object) -> str:
    """Return the SHA-256 of a JSON value."""
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
            "somebody else has changed this since you looked: look again, then change it",
            chinese="您查看之后，别人已改过：请重新查看，再修改",
        )


_L = TypeVar("_L", bound=RosterLine)


def checked_line(adapter: TypeAdapter[_L], cells: Mapping[str, Any], known: Known) -> _L:
    """Return the line of these cells.

    Every check of the roster raises CellError with a remedy, so each error has this context.

    Raises:
        InvalidError: that names the first field at fault, and the remedy.
    """
    try:
        return adapter.validate_python(dict(cells), context=known)
    except ValidationError as error:
        (first, *_) = error.errors(include_url=False)
        fault = first["ctx"]["error"]
        raise InvalidError(str(first["loc"][-1]), str(fault), fault.chinese) from error
