"""The upsert of entries counts inserted, updated and unchanged rows."""

from typing import Any

import pytest
from sqlalchemy import Connection, select

from contacts.directory import officer
from contacts.roster.store import Report, RosterEntry, store
from contacts.tables import DIVISIONS, OFFICER_PHONES, OFFICERS, DivisionRow
from tests.support.city import NOW


def division(code: str, parent: str | None = None) -> RosterEntry:
    return RosterEntry(DivisionRow(code=code, name="x", tier="city", parent=parent).model_dump())


def clerk(phones: tuple[str, ...], **changes: Any) -> RosterEntry:
    row = {"id": "o", "name": "x", "role": "informant", "division": "5119", "deputy_of": None}
    return RosterEntry(row | {"language": None} | changes, phones)


@pytest.fixture
def offices(conn: Connection) -> Connection:
    store(conn, DIVISIONS, [division("5119"), division("5120")], NOW)
    store(conn, OFFICERS, [clerk(("+8610000000001", "+8610000000002"))], NOW)
    return conn


def test_entries_are_added_in_several_chunks(conn: Connection) -> None:
    entries = [division("5119"), *(division(f"{i:06}", "5119") for i in range(2500))]
    assert store(conn, DIVISIONS, entries, NOW) == Report(2501, 0, 0)
    assert store(conn, DIVISIONS, [*entries, division("5120")], NOW) == Report(1, 0, 2501)
    stored = conn.scalars(select(DIVISIONS.c.code).order_by(DIVISIONS.c.code)).all()
    assert stored == sorted([*(entry.row["code"] for entry in entries), "5120"])


def test_identical_entry_counts_as_unchanged(offices: Connection) -> None:
    same = clerk(("+8610000000001", "+8610000000002"))
    assert store(offices, OFFICERS, [same], NOW) == Report(0, 0, 1)


@pytest.mark.parametrize(
    "phones",
    [(), ("+8610000000002",), ("+8610000000002", "+8610000000001"), ("+8610000000003",)],
)
def test_update_replaces_phones_in_order(offices: Connection, phones: tuple[str, ...]) -> None:
    assert store(offices, OFFICERS, [clerk(phones)], NOW) == Report(0, 1, 0)
    query = select(OFFICER_PHONES.c.number).order_by(OFFICER_PHONES.c.position)
    assert tuple(offices.scalars(query)) == phones
    assert store(offices, OFFICERS, [clerk(phones)], NOW) == Report(0, 0, 1)


def test_only_differing_entries_are_updated(offices: Connection) -> None:
    store(offices, OFFICERS, [clerk((), id="p")], NOW)
    moved = clerk(("+8610000000001",), name="y", division="5120")
    assert store(offices, OFFICERS, [moved, clerk((), id="p"), clerk((), id="q")], NOW) == Report(
        1, 1, 1
    )
    found, untouched = officer(offices, "o"), officer(offices, "p")
    assert found is not None
    assert (found.name, found.division, found.phones) == ("y", "5120", ("+8610000000001",))
    assert untouched is not None
    assert (untouched.name, untouched.division) == ("x", "5119")


def test_storing_an_empty_list_changes_nothing(conn: Connection) -> None:
    assert store(conn, OFFICERS, [], NOW) == Report(0, 0, 0)
