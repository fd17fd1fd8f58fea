"""Poll feeds of CAP messages, in one process at a time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from xml.etree.ElementTree import Element

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerting.cap_inbox.feed_store import (
    Polled,
    entries_taken,
    forget_entries,
    polls,
    record_entry,
    record_failure,
    record_success,
)
from alerting.cap_inbox.fetch import Fetched, Fetcher, FetchError
from alerting.cap_inbox.receive import receive
from alerting.cap_inbox.rules.feeds import Entry, due_at, entries_in, is_message
from alerting.cap_inbox.rules.tree import UnreadableError, read_tree
from alerting.database.lease import hold, this_process
from alerting.errors import InvalidError, LedgerClosedError, TooManyError
from alerting.metrics import FEED_POLLS
from alerting.policy.cap_sources import Feed
from alerting.runtime import Runtime, wall_clock
from alerting.stopping import CLOSE_SECONDS, finish

log = structlog.get_logger()

FEEDS: Final = "cap-feeds"
"""Name of the lease that the polling process holds."""

_TICK_SECONDS: Final = 1.0

_MOST_SECONDS: Final = 300.0
"""Time limit of one poll, including all documents that it fetches."""


class FeedPoller:
    """Polls the policy's feeds until cancelled, while this process holds the lease.

    Feeds are polled concurrently, so that a hanging feed does not delay others. If the lease lapses
    during a poll, another process polls again, and the repeated messages count as duplicates.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._holder = this_process()
        self._fence: int | None = None
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Poll until cancelled."""
        async with Fetcher() as fetcher:
            try:
                while True:
                    await self._tick(fetcher)
                    await asyncio.sleep(_TICK_SECONDS)
            finally:
                await finish([*self._under_way.values()], CLOSE_SECONDS)

    async def _tick(self, fetcher: Fetcher) -> None:
        """Renew the lease, and start polling the feeds that are due."""
        wall = wall_clock()
        renew = partial(hold, name=FEEDS, holder=self._holder, fence=self._fence, wall=wall)
        try:
            # In a separate transaction, because leases and alert locks have no common lock order.
            self._fence = await self._runtime.ledger.write(
                lambda transaction: renew(transaction.connection), own_transaction=True
            )
            if self._fence is None:
                return
            found = await self._runtime.database.read(polls)
        except (SQLAlchemyError, LedgerClosedError):
            log.exception("feeds not polled")
            return
        for feed in self._runtime.policy.feeds:
            polled = found.get(feed.name, Polled())
            is_due = due_at(feed, polled.polled_at, polled.failures, wall) <= wall
            if is_due and feed.name not in self._under_way:
                self._begin(fetcher, feed, polled)

    def _begin(self, fetcher: Fetcher, feed: Feed, polled: Polled) -> None:
        task = asyncio.create_task(poll(self._runtime, fetcher, feed, polled))
        self._under_way[feed.name] = task
        task.add_done_callback(lambda _task: self._under_way.pop(feed.name))


async def poll(runtime: Runtime, fetcher: Fetcher, feed: Feed, polled: Polled) -> None:
    """Poll a feed once and record the result; log a database failure instead of raising it."""
    try:
        problem = await _poll(runtime, fetcher, feed, polled)
    except (SQLAlchemyError, LedgerClosedError):
        log.exception("a feed not polled", feed=feed.name)
        return
    FEED_POLLS.labels(feed.name, "failed" if problem else "succeeded").inc()
    if problem:
        log.warning("a poll of a feed failed", feed=feed.name, problem=problem)


async def _poll(runtime: Runtime, fetcher: Fetcher, feed: Feed, polled: Polled) -> str:
    """Poll a feed and record the result; return the problem, or ''."""
    try:
        async with asyncio.timeout(_MOST_SECONDS):
            fetched = await fetcher.fetch(feed, feed.url, polled.etag, polled.last_modified)
            taken = await _take(runtime, fetcher, feed, fetched)
    except (FetchError, UnreadableError, TimeoutError) as failure:
        problem, wall = str(failure) or "it took too long", wall_clock()
        await runtime.ledger.write(
            lambda tx: record_failure(tx.connection, feed.name, problem, wall)
        )
        return problem
    whole = {"etag": fetched.etag, "last_modified": fetched.last_modified}
    version, wall = whole if taken.is_whole else {}, wall_clock()
    await runtime.ledger.write(
        lambda tx: record_success(tx.connection, feed.name, wall, version, taken.problem)
    )
    return taken.problem


@dataclass(frozen=True)
class _Taken:
    """Whether a feed was processed wholly, and the first problem with an entry."""

    is_whole: bool = True
    problem: str = ""


async def _take(runtime: Runtime, fetcher: Fetcher, feed: Feed, fetched: Fetched) -> _Taken:
    """Process the new messages of a feed, at most as many as it may send in a minute."""
    if fetched.raw is None:
        return _Taken()
    root: Element = await asyncio.to_thread(read_tree, fetched.raw, fetched.charset)
    if is_message(root):
        return _Taken(is_whole=await _receive(runtime, feed, fetched))
    listed = entries_in(root, feed.url)
    taken = await runtime.database.read(lambda db: entries_taken(db, feed.name))
    keys = [entry.key for entry in listed]
    await runtime.ledger.write(lambda tx: forget_entries(tx.connection, feed.name, keys))
    # Oldest first, so that an Update comes after the message that it refers to.
    new = [entry for entry in reversed(listed) if entry.key not in taken]
    return await _take_entries(runtime, fetcher, feed, new)


async def _take_entries(
    runtime: Runtime, fetcher: Fetcher, feed: Feed, entries: Sequence[Entry]
) -> _Taken:
    problems = []
    for entry in entries[: feed.per_minute]:
        try:
            fetched = await fetcher.fetch(feed, entry.address)
        except FetchError as failure:
            # Go on with the other entries; the next poll tries this one again.
            problems.append(f"{entry.address[:200]}: {failure}")
            continue
        if not await _receive(runtime, feed, fetched):
            return _Taken(is_whole=False, problem="".join(problems[:1]))
        await _note_taken(runtime, feed, entry)
    is_whole = not problems and len(entries) <= feed.per_minute
    return _Taken(is_whole, "".join(problems[:1]))


async def _note_taken(runtime: Runtime, feed: Feed, entry: Entry) -> None:
    await runtime.ledger.write(lambda tx: record_entry(tx.connection, feed.name, entry.key))


async def _receive(runtime: Runtime, feed: Feed, fetched: Fetched) -> bool:
    """Receive a document; return False if the rate limit leaves it to a later poll."""
    try:
        await receive(runtime, feed, fetched.raw or b"", fetched.charset)
    except InvalidError as refusal:
        # The document is stored as refused, so fetching it again is useless.
        log.warning(
            "a document of a feed is not a CAP message", feed=feed.name, problem=str(refusal)
        )
    except TooManyError:
        return False
    return True
