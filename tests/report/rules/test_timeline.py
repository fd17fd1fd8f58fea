"""Log entries of one kind within a minute share a line of the timeline."""

from alerting.ledger.events.registry import Event
from alerting.report.rules.timeline import moments
from tests.support.city import NOW, after


def entry(seq: int, kind: str, seconds: float) -> Event:
    return Event(1, seq, after(seconds), kind, "", "", "{}")


LOG = [
    entry(1, "alert.raised", 1),
    entry(2, "task.opened", 61),
    entry(3, "help.called", 62),
    entry(4, "task.opened", 119),
    entry(5, "task.opened", 120),
]


def test_entries_are_grouped_by_minute_and_kind() -> None:
    found, is_cut = moments(LOG)
    assert [(each.at, each.first.seq, each.count) for each in found] == [
        (NOW, 1, 1),
        (after(60), 2, 2),
        (after(60), 3, 1),
        (after(120), 5, 1),
    ]
    assert not is_cut


def test_entry_out_of_order_is_listed_in_its_minute() -> None:
    found, _ = moments([entry(1, "alert.raised", 61), entry(2, "help.called", 1)])
    assert [each.first.seq for each in found] == [2, 1]


def test_lines_beyond_the_maximum_are_left_out() -> None:
    found, is_cut = moments(LOG, 2)
    assert ([each.first.seq for each in found], is_cut) == ([1, 2], True)
