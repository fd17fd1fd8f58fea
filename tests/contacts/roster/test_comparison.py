"""A `Difference` lists what an import changes and which of its rows are suspicious."""

from typing import Any

from contacts.roster.comparison import (
    Change,
    Difference,
    Label,
    Namesake,
    changes,
    doubts,
    emptied,
    settle_moves,
)
from contacts.roster.store import RosterEntry

OLD, NEW = "5119211002080001", "5119211002090001"


def entry(code: str = NEW, *phones: str, **changed: Any) -> RosterEntry:
    row = {"code": code, "head": "甲", "address": f"{code[-4:]}号", "headcount": 3}
    return RosterEntry(row | changed, phones)


def test_changes_hold_the_old_and_the_new_value() -> None:
    before, after = entry(OLD, "+861"), entry(OLD, "+862", "+861", headcount=4, address="新")
    assert changes(before, after, {"headcount", "phones"}) == (
        Change("headcount", 3, 4),
        Change("phones", "+861", "+862;+861"),
    )
    assert changes(before, before, {"headcount", "phones"}) == ()


def test_household_is_moved_if_its_old_code_is_gone() -> None:
    difference = Difference(gone=[Label(OLD, "甲", "1号"), Label("5", "乙", "2号")])
    settle_moves(difference, [entry(NEW, "+861")], [Namesake(OLD, "甲", "+861")])
    assert difference.moved == [(Label(NEW, "甲", "0001号"), OLD)]
    assert difference.gone == [Label("5", "乙", "2号")]
    assert difference.added == difference.suspicious == []


def test_household_whose_old_code_stays_is_reported_as_a_possible_double_count() -> None:
    difference = Difference()
    settle_moves(difference, [entry(NEW, "+861")], [Namesake(OLD, "甲", "+861")])
    assert difference.moved == []
    assert [label.code for label in difference.added] == [NEW]
    assert [str(each).split(":")[0] for each in difference.suspicious] == [
        f"{NEW} has the same head as {OLD}, and its phone or address"
    ]


def test_equal_phone_or_equal_head_alone_is_not_a_move() -> None:
    for namesake in (Namesake(OLD, "乙", "+861"), Namesake(OLD, "甲", "+862")):
        difference = Difference(gone=[Label(OLD, "甲", "1号")])
        settle_moves(difference, [entry(NEW, "+861")], [namesake])
        assert (len(difference.added), len(difference.gone)) == (1, 1)
        assert difference.suspicious == []


def said(*entries: RosterEntry) -> list[str]:
    return [str(each) for each in doubts(lambda: entries)]


def test_phone_of_many_households_is_suspicious() -> None:
    four = [entry(f"511921100209000{n}", "+861") for n in range(1, 5)]
    assert said(*four[:3]) == []
    assert said(*four) == [
        "+861 is the phone of 4 households (5119211002090001, 5119211002090002, "
        "5119211002090003, 5119211002090004 ...): whose is it?"
    ]


def test_large_and_duplicate_households_are_suspicious() -> None:
    assert said(entry(headcount=30)) == []
    assert said(entry(headcount=31)) == [f"{NEW} has 31 people: is it one household?"]
    (twice,) = said(entry(OLD, address="同"), entry("5119211002080002", address="同"))
    assert "people may count twice" in twice


def test_codes_that_all_end_in_zero_are_suspicious() -> None:
    tens = [entry(f"51192110020900{n}0") for n in range(1, 6)]
    assert said(*tens[:4]) == []
    assert said(*tens) == ["all codes end in zeros: a spreadsheet may have shortened them"]
    assert said(*tens, entry(NEW)) == []


def test_village_that_loses_most_households_is_suspicious() -> None:
    gone = [Label(f"511921100208000{n}", "甲", "1号") for n in range(1, 4)]
    assert emptied(gone[:2], {"511921100208": 4}) == []
    (doubt,) = emptied(gone, {"511921100208": 4})
    assert str(doubt).startswith("3 of 4 households of 511921100208 go")
