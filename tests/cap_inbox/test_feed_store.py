"""The stored state of feeds' polls."""

from sqlalchemy import Engine

from alerting.cap_inbox.feed_store import (
    Polled,
    entries_taken,
    forget_entries,
    polls,
    record_entry,
    record_failure,
    record_success,
)
from tests.support.city import NOW, after


def test_failure_clears_validators_and_success_resets_failures(engine: Engine) -> None:
    version = {"etag": '"1"', "last_modified": "yesterday"}
    with engine.begin() as connection:
        assert polls(connection) == {}
        record_success(connection, "a", NOW, version, "")
        assert polls(connection) == {"a": Polled(NOW, 0, '"1"', "yesterday")}
        for failures in (1, 2):
            record_failure(connection, "a", "x" * 900, after(failures))
            assert polls(connection) == {"a": Polled(after(failures), failures)}
        record_success(connection, "a", after(9), {}, "one entry")
        assert polls(connection) == {"a": Polled(after(9))}


def test_processed_entries_are_separate_for_each_feed(engine: Engine) -> None:
    with engine.begin() as connection:
        for feed, entry in (("a", "1"), ("a", "1"), ("a", "2"), ("b", "1")):
            record_entry(connection, feed, entry)
        assert entries_taken(connection, "a") == {"1", "2"}
        forget_entries(connection, "a", ["2", "3"])
        assert (entries_taken(connection, "a"), entries_taken(connection, "b")) == ({"2"}, {"1"})
