"""Import of officers: reads them, resolving names with the roster, and stores them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from contacts.bounds import CellError, quoted
from contacts.roster.clerk_file import Asked, ClerkFile
from contacts.roster.lines import OfficerLine
from contacts.roster.officers import KnownOfficer, read_officers
from contacts.roster.retire import retire_officers_but
from contacts.roster.sheets import RawSheet
from contacts.roster.store import Report, RosterEntry, entry_of, store
from contacts.tables import DIVISIONS, OFFICER_PHONES, OFFICERS

_OPTIONAL: Final = ("deputy_of", "language")


def read_officers_for(
    conn: Connection, sheets: Iterable[RawSheet], languages: Collection[str], asked: Asked
) -> ClerkFile[OfficerLine]:
    """Read the officers of a file, and resolve its names with the stored roster.

    Raises:
        RosterError: with all problems of the file, up to a limit.
    """
    divisions = dict(conn.execute(select(DIVISIONS.c.code, DIVISIONS.c.name)).all())
    return read_officers(sheets, divisions, languages, _stored(conn), asked)


def store_officers(
    conn: Connection, file: ClerkFile[OfficerLine], *, now: datetime, whole: bool = False
) -> Report:
    """Store the officers of a file; if it is `whole`, remove those who are not in it.

    Raises:
        RosterError: if a deputy's principal is unknown, or a chain of deputies forms a ring.
    """
    entries = _entries(conn, file)
    principals = {
        **dict(conn.execute(select(OFFICERS.c.id, OFFICERS.c.deputy_of)).all()),
        **{entry.row["id"]: entry.row["deputy_of"] for entry in entries},
    }
    _check_deputies(file, principals)
    file.problems.check()
    entries.sort(key=lambda entry: len(above(entry.row["id"], principals)))
    report = store(conn, OFFICERS, entries, now)
    gone = retire_officers_but(conn, file.places, now) if whole else 0
    return replace(report, retired=gone)


def _entries(conn: Connection, file: ClerkFile[OfficerLine]) -> list[RosterEntry]:
    """Return the entries of the file's officers; fields without a column keep their value."""
    query = select(*OFFICERS.c["id", *_OPTIONAL])
    stored = {row["id"]: row for row in conn.execute(query).mappings()}
    fields = {name: set(layout.fields) for name, layout in file.layouts}
    entries = list(map(entry_of, file.lines))
    for entry in entries:
        sheet, _ = file.places[entry.row["id"]]
        if before := stored.get(entry.row["id"]):
            unsaid = (name for name in _OPTIONAL if name not in fields[sheet])
            entry.row.update((name, before[name]) for name in unsaid)
    return entries


def _stored(conn: Connection) -> Iterator[KnownOfficer]:
    phones: dict[str, list[str]] = {}
    for officer, number in conn.execute(select(*OFFICER_PHONES.c["officer", "number"])):
        phones.setdefault(officer, []).append(number)
    query = select(*OFFICERS.c["id", "name", "division"]).order_by(OFFICERS.c.id)
    for id_, name, division in conn.execute(query):
        yield KnownOfficer(id_, name, division, tuple(phones.get(id_, ())))


def _check_deputies(file: ClerkFile[OfficerLine], principals: Mapping[str, str | None]) -> None:
    for officer in file.lines:
        place = file.places[officer.id]
        principal = officer.deputy_of
        if principal is not None and principal not in principals:
            fault = CellError(
                f"{principal!r} is not a known officer: add their line, or correct it",
                f"没有{quoted(principal)}这个责任人：请加上这一行，或改正",
            )
            file.refuse(*place, "deputy_of", fault)
        ring_of = above(officer.id, principals)
        if officer.id in ring_of:
            ring = " -> ".join([officer.id, *ring_of])
            fault = CellError(
                f"nobody deputises for themselves ({ring}): clear one of these cells",
                f"不能自己给自己顶岗（{ring}）：请清空其中一格",
            )
            file.refuse(*place, "deputy_of", fault)


def above(officer: str, principals: Mapping[str, str | None]) -> list[str]:
    """Return the officer's principal, the principal's principal, and so on, each once."""
    found: list[str] = []
    principal = principals.get(officer)
    while principal is not None and principal not in found:
        found.append(principal)
        principal = principals.get(principal)
    return found
