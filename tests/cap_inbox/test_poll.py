"""One process polls the feeds, processes each message once, and records failures."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from alerting.cap_inbox.feed_store import Polled, polls
from alerting.cap_inbox.fetch import Fetcher
from alerting.cap_inbox.poll import FEEDS, FeedPoller, poll
from alerting.cap_inbox.sources import sources_of
from alerting.cap_inbox.tables import cap_feed_entries, cap_feeds
from alerting.database.lease import hold
from alerting.database.tables import leases
from alerting.policy.cap_sources import Feed
from alerting.runtime import wall_clock
from tests.support.cap_documents import Desk, open_desk, reference, simple
from tests.support.feed_server import FeedServer, feed_server
from tests.support.patience import PATIENCE_SECONDS

LATER = "2026-08-29T05:20:00+08:00"


@dataclass
class Polling:
    """A feed server, and the runtime that polls it."""

    desk: Desk
    server: FeedServer
    fetcher: Fetcher

    @property
    def feed(self) -> Feed:
        (feed,) = self.desk.work.runtime.policy.feeds
        return feed

    def polled(self) -> Polled:
        return self.desk.work.runtime.database.look(polls).get("province", Polled())

    def problem(self) -> str:
        (row,) = self.desk.work.rows(select(cap_feeds))
        problem: str = row.problem
        return problem

    async def poll(self) -> None:
        await poll(self.desk.work.runtime, self.fetcher, self.feed, self.polled())


@pytest.fixture
async def polling(database_url: str) -> AsyncIterator[Polling]:
    async with feed_server() as server, Fetcher() as fetcher:
        policy = f"""
        [[feeds]]
        name = "province"
        url = "{server.url}/feed"
        every = 60
        per_minute = 5
        rules = [{{ do = "propose", severity = ["Severe"], exercises = true }}]
        """
        async with open_desk(database_url, policy) as desk:
            yield Polling(desk, server, fetcher)


async def test_each_message_of_a_feed_is_processed_once(polling: Polling) -> None:
    polling.server.put("/1", simple())
    polling.server.put("/2", simple("Severe"))
    polling.server.put_feed("/1", "/2")
    for _ in range(2):
        await polling.poll()
    assert polling.server.asked == ["/feed", "/2", "/1", "/feed"]
    assert polling.desk.outcomes() == ["proposed", "noted"]
    assert (polling.polled().failures, polling.problem()) == (0, "")


async def test_unchanged_feed_is_not_sent_again(polling: Polling) -> None:
    polling.server.put("/1", simple())
    polling.server.put_feed("/1", ETag='"7"')
    for _ in range(2):
        await polling.poll()
    assert polling.server.asked == ["/feed", "/1", "/feed"]
    assert polling.server.versions[-1][0] == '"7"'
    assert polling.polled().etag == '"7"'


async def test_feed_may_be_a_single_message(polling: Polling) -> None:
    polling.server.put("/feed", simple(identifier="a"))
    await polling.poll()
    late = {"identifier": "b", "msgType": "Update", "references": reference("a"), "sent": LATER}
    polling.server.put("/feed", simple(**late))
    for _ in range(2):
        await polling.poll()
    assert (polling.desk.outcomes(), polling.desk.shown()) == (["noted", "noted"], ["b"])


async def test_older_entries_are_processed_first(polling: Polling) -> None:
    late = {"msgType": "Cancel", "references": reference("a"), "sent": LATER}
    polling.server.put("/old", simple("Severe", identifier="a"))
    polling.server.put("/new", simple(identifier="b", **late))
    polling.server.put_feed("/new", "/old")
    await polling.poll()
    assert polling.desk.outcomes() == ["proposed", "cancelled"]


async def test_entry_that_cannot_be_fetched_does_not_delay_others(polling: Polling) -> None:
    polling.server.put("/1", simple())
    polling.server.put_feed("/1", "/gone", "http://127.0.0.1:9/inside", ETag='"7"')
    await polling.poll()
    assert polling.desk.outcomes() == ["noted"]
    assert "http://127.0.0.1:9/inside: " in polling.problem()
    assert "is on no host of the feed" in polling.problem()
    assert (polling.polled().failures, polling.polled().etag) == (0, "")
    polling.server.put("/gone", simple())
    await polling.poll()
    assert polling.desk.outcomes() == ["noted", "noted"]


async def test_invalid_document_is_stored_and_not_fetched_again(polling: Polling) -> None:
    polling.server.put("/1", "<alert/>")
    polling.server.put_feed("/1")
    for _ in range(2):
        await polling.poll()
    assert polling.server.asked == ["/feed", "/1", "/feed"]
    (row,) = polling.desk.messages()
    assert (row.outcome, row.detail.partition(":")[0]) == ("refused", "alert")


async def test_entries_beyond_the_rate_limit_wait_for_the_next_poll(polling: Polling) -> None:
    paths = [f"/{number}" for number in range(7)]
    for path in paths:
        polling.server.put(path, simple())
    polling.server.put_feed(*paths, ETag='"7"')
    await polling.poll()
    assert (len(polling.desk.messages()), polling.polled().etag) == (5, "")
    await polling.poll()
    # The alerts' clock stands still, so the rate limit still leaves entries to a later poll.
    assert (len(polling.desk.messages()), polling.polled().failures) == (5, 0)


async def test_entries_that_the_feed_drops_are_forgotten(polling: Polling) -> None:
    for path in ("/1", "/2"):
        polling.server.put(path, simple())
    polling.server.put_feed("/1", "/2")
    await polling.poll()
    polling.server.put_feed("/2")
    await polling.poll()
    assert len(polling.desk.work.rows(select(cap_feed_entries))) == 1


@pytest.mark.parametrize("document", ["", "<html/>", "<!DOCTYPE feed><feed/>"])
async def test_failed_polls_are_counted_with_their_problem(polling: Polling, document: str) -> None:
    if document:
        polling.server.put("/feed", document)
    for _ in range(2):
        await polling.poll()
    assert polling.polled().failures == 2
    runtime = polling.desk.work.runtime
    (state,) = runtime.database.look(lambda db: sources_of(db, runtime.policy))
    assert (state.failures, state.succeeded_at, state.url) == (2, None, polling.feed.url)
    assert state.problem == polling.problem() != ""
    polling.server.put_feed()
    await polling.poll()
    assert (polling.polled().failures, polling.problem()) == (0, "")


@contextlib.asynccontextmanager
async def poller(desk: Desk) -> AsyncIterator[None]:
    task = asyncio.create_task(FeedPoller(desk.work.runtime).run())
    yield
    task.cancel()
    await asyncio.wait([task])


async def until_polled(desk: Desk, times: int, server: FeedServer) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while server.asked.count("/feed") < times or not desk.work.rows(select(cap_feeds)):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)


async def test_poller_polls_feeds_that_are_due(polling: Polling) -> None:
    polling.server.put("/1", simple())
    polling.server.put_feed("/1")
    desk = polling.desk
    async with poller(desk):
        await until_polled(desk, 1, polling.server)
        await desk.work.runtime.ledger.write(
            lambda tx: tx.connection.execute(
                update(cap_feeds).values(polled_at=wall_clock() - timedelta(seconds=61))
            )
        )
        await until_polled(desk, 2, polling.server)
    assert desk.outcomes() == ["noted"]


async def test_process_without_the_lease_polls_nothing(polling: Polling) -> None:
    desk, wall = polling.desk, wall_clock()
    other = wall + timedelta(hours=1)
    ledger = desk.work.runtime.ledger
    await ledger.write(
        lambda tx: hold(tx.connection, FEEDS, "other", None, other), own_transaction=True
    )
    idle = FeedPoller(desk.work.runtime)
    await idle._tick(polling.fetcher)
    assert idle._under_way == {}
    desk.work.change(delete(leases))
    await idle._tick(polling.fetcher)
    await asyncio.wait(idle._under_way.values())
    assert polling.server.asked == ["/feed"]
