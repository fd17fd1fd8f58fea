"""The changes that an import of divisions or officers makes, from the entries before and after."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, Table, select

from contacts.roster.comparison import Difference, Label, changes
from contacts.roster.store import RosterEntry, key_name, stored_entries

_CHUNK: Final = 1000


def all_entries(conn: Connection, table: Table) -> dict[str, RosterEntry]:
    """Return every stored entry of a table, by key."""
    key = table.c[key_name(table)]
    keys = list(conn.scalars(select(key).order_by(key)))
    found: dict[str, RosterEntry] = {}
    for start in range(0, len(keys), _CHUNK):
        found |= stored_entries(conn, table, keys[start : start + _CHUNK])
    return found


def difference_between(
    before: Mapping[str, RosterEntry], after: Mapping[str, RosterEntry]
) -> Difference:
    """Return the difference between two sets of entries, ordered by key."""
    difference = Difference()
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old is None and new is not None:
            difference.added.append(_label(key, new))
        elif new is None and old is not None:
            difference.gone.append(_label(key, old))
        elif old and new and (found := changes(old, new, {*new.row, "phones"})):
            difference.changed.append((_label(key, new), found))
        else:
            difference.unchanged += 1
    return difference


def _label(key: str, entry: RosterEntry) -> Label:
    row: Mapping[str, Any] = entry.row
    return Label(key, row["name"], row.get("division") or row.get("parent") or "")
