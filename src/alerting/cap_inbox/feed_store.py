"""Poll results of each feed, and the feed entries that were processed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, select, update

from alerting.cap_inbox.tables import cap_feed_entries, cap_feeds
from alerting.database.bulk import insert_missing

_MOST_PROBLEM: Final = 500


@dataclass(frozen=True)
class Polled:
    """The state of a feed's polls: last times, failures, and HTTP validators."""

    polled_at: datetime | None = None
    failures: int = 0
    etag: str = ""
    last_modified: str = ""


def polls(connection: Connection) -> dict[str, Polled]:
    """Return the state of each feed's polls, by feed name."""
    rows = connection.execute(select(cap_feeds)).all()
    return {
        row.name: Polled(row.polled_at, row.failures, row.etag, row.last_modified) for row in rows
    }


def record_success(
    connection: Connection, feed: str, now: datetime, version: Mapping[str, str], problem: str
) -> None:
    """Record a successful poll.

    `version` has the feed's `etag` and `last_modified`. It is empty if entries are left to the next
    poll, which then requests the whole feed. `problem` tells why an entry could not be fetched.
    """
    values = {"etag": "", "last_modified": "", **version, "succeeded_at": now}
    _record(connection, feed, now, **values, failures=0, problem=problem[:_MOST_PROBLEM])


def record_failure(connection: Connection, feed: str, problem: str, now: datetime) -> None:
    """Record a failed poll and the reason; the next poll requests the whole feed."""
    failures = polls(connection).get(feed, Polled()).failures + 1
    forgotten = {"etag": "", "last_modified": ""}
    problem = problem[:_MOST_PROBLEM]
    _record(connection, feed, now, **forgotten, failures=failures, problem=problem)


def _record(connection: Connection, feed: str, now: datetime, **values: object) -> None:
    fresh = {"name": feed, "etag": "", "last_modified": "", "failures": 0, "problem": ""}
    insert_missing(connection, cap_feeds, [{**fresh, "polled_at": now}])
    polled = update(cap_feeds).where(cap_feeds.c.name == feed)
    connection.execute(polled.values(polled_at=now, **values))


def entries_taken(connection: Connection, feed: str) -> set[str]:
    """Return the keys of the feed's entries that were processed."""
    mine = select(cap_feed_entries.c.entry).where(cap_feed_entries.c.feed == feed)
    return set(connection.execute(mine).scalars())


def record_entry(connection: Connection, feed: str, entry: str) -> None:
    """Record that an entry of a feed was processed."""
    insert_missing(connection, cap_feed_entries, [{"feed": feed, "entry": entry}])


def forget_entries(connection: Connection, feed: str, listed: Collection[str]) -> None:
    """Delete the records of processed entries that the feed no longer lists."""
    gone: Iterable[str] = entries_taken(connection, feed) - set(listed)
    for entry in gone:
        connection.execute(
            delete(cap_feed_entries).where(
                cap_feed_entries.c.feed == feed, cap_feed_entries.c.entry == entry
            )
        )
