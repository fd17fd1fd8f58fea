"""What people call a place: a village without the committee that the statistics name it by."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection

from contacts.directory import division, village_names

_COMMITTEES: Final = (
    ("居民委员会", ""),
    ("居委会", ""),
    ("村村民委员会", "村"),
    ("村民委员会", "村"),
    ("村村委会", "村"),
    ("村委会", "村"),
)
"""How the statistics end a village's name, and what of that people say."""


def place_name(connection: Connection, divisions: tuple[str, ...]) -> str:
    """Return what people call an area: a village with its town, or the first and how many."""
    first = division(connection, divisions[0])
    if first is None:
        return divisions[0]
    if len(divisions) > 1:
        return f"{_short(first.name)}等{len(divisions)}处"
    above = division(connection, first.parent) if first.parent else None
    return f"{above.name}{_short(first.name)}" if above else first.name


def short_names(connection: Connection, codes: Collection[str]) -> dict[str, str]:
    """Return what people call these divisions, by code."""
    names = village_names(connection, codes)
    return {code: _short(name) for code, name in names.items()}


def _short(name: str) -> str:
    """Return a village's name without the committee that the statistics name it by."""
    for committee, kept in _COMMITTEES:
        if name.endswith(committee):
            return name.removesuffix(committee) + kept
    return name
