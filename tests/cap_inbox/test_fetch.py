"""Fetching has limits on size, redirects and hosts."""

import gzip
from collections.abc import AsyncIterator

import pytest
from starlette.responses import Response

from alerting.cap_inbox.fetch import Fetcher, FetchError
from alerting.cap_inbox.rules.tree import MOST_BYTES
from alerting.policy.cap_sources import Feed
from tests.support.feed_server import FeedServer, feed_server


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with feed_server() as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher() as fetcher:
        yield fetcher


def feed_of(server: FeedServer) -> Feed:
    url = f"{server.url}/feed"
    return Feed.model_validate({"name": "province", "url": url, "every": 60})


async def test_unchanged_document_is_not_sent_again(server: FeedServer, fetcher: Fetcher) -> None:
    kind = {"Content-Type": "text/xml; charset=GB18030"}
    server.put(
        "/1", "<a/>", ETag='"1"', **kind, **{"Last-Modified": "Sat, 29 Aug 2026 05:10:00 GMT"}
    )
    feed, address = feed_of(server), f"{server.url}/1"
    fetched = await fetcher.fetch(feed, address)
    assert (fetched.raw, fetched.charset, fetched.etag) == (b"<a/>", "GB18030", '"1"')
    again = await fetcher.fetch(feed, address, fetched.etag, fetched.last_modified)
    assert (again.raw, again.etag) == (None, '"1"')
    assert server.versions[-1] == ('"1"', "Sat, 29 Aug 2026 05:10:00 GMT")


async def test_redirects_are_followed_only_on_allowed_hosts(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.put("/1", "<a/>")
    async with feed_server() as other:
        for path, to in {"/near": "/1", "/far": f"{other.url}/1", "/loop": "/loop"}.items():
            server.documents[path] = Response(status_code=302, headers={"Location": to})
        feed = feed_of(server)
        assert (await fetcher.fetch(feed, f"{server.url}/near")).raw == b"<a/>"
        with pytest.raises(FetchError, match="is on no host of the feed"):
            await fetcher.fetch(feed, f"{server.url}/far")
        with pytest.raises(FetchError, match="more than 3 redirects"):
            await fetcher.fetch(feed, f"{server.url}/loop")
        with pytest.raises(FetchError, match="is on no host of the feed"):
            await fetcher.fetch(feed, f"{other.url}/1")
        assert other.asked == []


async def test_large_responses_are_refused_even_if_compressed(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.put("/large", b" " * (MOST_BYTES + 1))
    bomb = gzip.compress(b" " * (20 * MOST_BYTES))
    server.put("/bomb", bomb, **{"Content-Encoding": "gzip"})
    for path in ("/large", "/bomb"):
        with pytest.raises(FetchError, match="larger than 1,048,576 bytes"):
            await fetcher.fetch(feed_of(server), f"{server.url}{path}")


async def test_fetch_errors_tell_the_reason(server: FeedServer, fetcher: Fetcher) -> None:
    feed = feed_of(server)
    with pytest.raises(FetchError, match="status 404"):
        await fetcher.fetch(feed, f"{server.url}/none")
    server.put("/broken", b"no gzip", **{"Content-Encoding": "gzip"})
    with pytest.raises(FetchError, match="Can not decode content-encoding: gzip"):
        await fetcher.fetch(feed, f"{server.url}/broken")


async def test_unreachable_server_is_a_fetch_error(fetcher: Fetcher) -> None:
    async with feed_server() as server:
        feed = feed_of(server)
    with pytest.raises(FetchError, match="ClientConnectorError"):
        await fetcher.fetch(feed, feed.url)
