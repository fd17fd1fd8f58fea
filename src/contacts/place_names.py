"""Everyday names of places: a village without the committee in its official name."""

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
"""Endings of official village names, each with its everyday replacement."""


def place_name(connection: Connection, divisions: tuple[str, ...]) -> str:
    """Return the everyday name of an area.

    One village is named with its town; several are named by the first and their number.
    """
    first = division(connection, divisions[0])
    if first is None:
        return divisions[0]
    if len(divisions) > 1:
        return f"{_short(first.name)}等{len(divisions)}处"
    above = division(connection, first.parent) if first.parent else None
    return f"{above.name}{_short(first.name)}" if above else first.name


def short_names(connection: Connection, codes: Collection[str]) -> dict[str, str]:
    """Return the everyday names of these divisions, by code."""
    names = village_names(connection, codes)
    return {code: _short(name) for code, name in names.items()}


def _short(name: str) -> str:
    """Return a village's name without the committee in its official name."""
    for committee, kept in _COMMITTEES:
        if name.endswith(committee):
            return name.removesuffix(committee) + kept
    return name
