"""Upsert of roster entries: inserts new keys, and updates stored entries that differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from contacts.past import keep_changed, keep_until_taken
from contacts.roster.lines import RosterLine
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS, OFFICER_PHONES, OFFICERS

_CHUNK: Final = 1000

_PHONES: Final = {HOUSEHOLDS: HOUSEHOLD_PHONES, OFFICERS: OFFICER_PHONES}


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A row of a roster table with its phones, the one to try first at the front."""

    row: dict[str, Any]
    phones: tuple[str, ...] = ()


def entry_of(line: RosterLine) -> RosterEntry:
    """Return the entry for a line of a file."""
    row = {name: getattr(line, name) for name in line.__dataclass_fields__}
    return RosterEntry(row, row.pop("phones", ()))


@dataclass(frozen=True, slots=True)
class Report:
    """The numbers of rows that an import changed; `people` is the file's total headcount."""

    added: int
    updated: int
    unchanged: int
    people: int = 0
    retired: int = 0
    """The number of rows removed because they are not in a complete file."""


def store(conn: Connection, table: Table, entries: Iterable[RosterEntry], now: datetime) -> Report:
    """Insert or update entries of `table` in the order given.

    An entry must come after the entries to which it refers. Entries are processed in chunks of
    1,000, to bound memory use.
    """
    added = updated = unchanged = people = 0
    coming = iter(entries)
    while chunk := list(islice(coming, _CHUNK)):
        new, changed = _differing(conn, table, chunk)
        add(conn, table, new, now)
        update_entries(conn, table, changed, now)
        added += len(new)
        updated += len(changed)
        unchanged += len(chunk) - len(new) - len(changed)
        people += sum(entry.row.get("headcount", 0) for entry in chunk)
    return Report(added, updated, unchanged, people)


def _differing(
    conn: Connection, table: Table, entries: Sequence[RosterEntry]
) -> tuple[list[RosterEntry], list[RosterEntry]]:
    """Return the entries that are not stored, and those whose stored values differ."""
    key = key_name(table)
    stored = stored_entries(conn, table, [entry.row[key] for entry in entries])
    new = [entry for entry in entries if entry.row[key] not in stored]
    changed = [entry for entry in entries if stored.get(entry.row[key], entry) != entry]
    return new, changed


def stored_entries(conn: Connection, table: Table, keys: Sequence[str]) -> dict[str, RosterEntry]:
    """Return the stored entries with these keys, by key. Give at most a few thousand keys."""
    key = table.c[key_name(table)]
    rows = conn.execute(select(table).where(key.in_(keys))).mappings()
    phones = _stored_phones(conn, table, keys)
    return {row[key]: RosterEntry(dict(row), tuple(phones.get(row[key], ()))) for row in rows}


def _stored_phones(conn: Connection, table: Table, keys: Sequence[str]) -> dict[str, list[str]]:
    numbers: dict[str, list[str]] = {}
    if table in _PHONES:
        phones = _PHONES[table]
        owner = phones.c[key_name(phones)]
        query = select(owner, phones.c.number).where(owner.in_(keys))
        for key, number in conn.execute(query.order_by(owner, phones.c.position)):
            numbers.setdefault(key, []).append(number)
    return numbers


def add(conn: Connection, table: Table, entries: Sequence[RosterEntry], now: datetime) -> None:
    """Insert new entries with their phones."""
    if entries:
        key = key_name(table)
        keep_until_taken(conn, table, [entry.row[key] for entry in entries], now)
        conn.execute(insert(table), [entry.row for entry in entries])
        _add_phones(conn, table, entries)


def update_entries(
    conn: Connection, table: Table, entries: Sequence[RosterEntry], now: datetime
) -> None:
    """Update stored entries and replace their phones; copy the old ones to the history."""
    if not entries:
        return
    keep_changed(conn, table, (entry.row for entry in entries), now)
    key = key_name(table)
    rows = [{f"{name}_": value for name, value in entry.row.items()} for entry in entries]
    changed: dict[str, Any] = {name: bindparam(f"{name}_") for name in entries[0].row}
    del changed[key]
    conn.execute(update(table).where(table.c[key] == bindparam(f"{key}_")).values(changed), rows)
    if table in _PHONES:
        phones = _PHONES[table]
        owner = phones.c[key_name(phones)]
        conn.execute(delete(phones).where(owner.in_([entry.row[key] for entry in entries])))
    _add_phones(conn, table, entries)


def _add_phones(conn: Connection, table: Table, entries: Iterable[RosterEntry]) -> None:
    key = key_name(table)
    rows = [
        {key_name(_PHONES[table]): entry.row[key], "position": position, "number": number}
        for entry in entries
        for position, number in enumerate(entry.phones)
    ]
    if rows:
        conn.execute(insert(_PHONES[table]), rows)


def key_name(table: Table) -> str:
    """Return the name of the first column in a table's primary key."""
    return next(iter(table.primary_key.columns)).name
