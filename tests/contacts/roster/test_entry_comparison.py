"""Differences between stored entries."""

from sqlalchemy import Connection

from contacts.roster.entry_comparison import all_entries, difference_between
from contacts.roster.store import RosterEntry
from contacts.tables import OFFICERS
from tests.support.city import OFFICER_IDS, QIANFO, found_city, officer_phone


def entry(name: str, *phones: str) -> RosterEntry:
    return RosterEntry({"id": name, "name": name, "division": QIANFO}, phones)


def test_added_changed_and_gone_entries_are_listed() -> None:
    before = {"a": entry("a", "1"), "b": entry("b"), "c": entry("c")}
    after = {"a": entry("a", "2"), "b": entry("b"), "d": entry("d")}
    found = difference_between(before, after)
    assert [each.code for each in found.added] == ["d"]
    assert [each.code for each in found.gone] == ["c"]
    ((label, (change,)),) = found.changed
    assert (label.code, label.address) == ("a", QIANFO)
    assert (change.field, change.before, change.after) == ("phones", "1", "2")
    assert found.unchanged == 1


def test_all_stored_entries_are_read(conn: Connection) -> None:
    found_city(conn)
    found = all_entries(conn, OFFICERS)
    assert sorted(found) == sorted(OFFICER_IDS)
    assert found["grid"].phones == (officer_phone("grid"),)
