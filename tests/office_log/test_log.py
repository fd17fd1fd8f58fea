"""The office log lists and counts the changes of a difference."""

from alerting.office_log.log import MOST_LINES, RosterChange, details_of
from contacts.roster.comparison import Change, Difference, Label


def test_each_change_becomes_a_line() -> None:
    difference = Difference(
        added=[Label("1", "甲", "")],
        changed=[(Label("2", "乙", ""), (Change("headcount", 3, 0), Change("officer", None, "a")))],
        moved=[(Label("3", "丙", ""), "9")],
        gone=[Label("4", "丁", "")],
    )
    details = details_of(difference)
    assert details.counts == {"added": 1, "changed": 1, "moved": 1, "gone": 1}
    assert [(each.what, each.subject, each.before, each.after) for each in details.lines] == [
        (RosterChange.ADDED, "1", "", ""),
        (RosterChange.CHANGED, "2", "3", "0"),
        (RosterChange.CHANGED, "2", "", "a"),
        (RosterChange.MOVED, "3", "9", "3"),
        (RosterChange.GONE, "4", "", ""),
    ]


def test_all_changes_are_counted_and_the_first_are_listed() -> None:
    labels = [Label(str(number), "", "") for number in range(MOST_LINES + 5)]
    details = details_of(Difference(added=labels))
    assert (details.counts["added"], len(details.lines)) == (MOST_LINES + 5, MOST_LINES)


def test_phones_are_masked() -> None:
    change = Change("phones", "+8613900000001;+8613900000002", "")
    details = details_of(Difference(changed=[(Label("2", "乙", ""), (change,))]))
    (line,) = details.lines
    assert (line.before, line.after) == ("+86139****0001;+86139****0002", "")
