from alerting.drill.progress.milestones import Journal, JournalEntry
from tests.support.simulated_city import board


def test_journal_keeps_entries_and_calls_its_listener() -> None:
    heard: list[JournalEntry] = []
    journal = Journal(board().time)
    journal.tell("before anybody listens")
    journal.listener = heard.append
    journal.tell("a knock", minor=True)
    assert [entry.words for entry in journal.entries] == ["before anybody listens", "a knock"]
    assert heard == journal.entries[1:]
    assert heard[0].minor
    assert heard[0].at > 0
