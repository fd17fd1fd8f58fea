"""Fetch feeds and their messages by HTTP, with limits on size, time, redirects and hosts."""

from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urljoin

import aiohttp

from alerting.cap_inbox.rules.feeds import may_fetch
from alerting.cap_inbox.rules.tree import MOST_BYTES
from alerting.policy.cap_sources import Feed

_SECONDS: Final = 20.0

_MOST_REDIRECTS: Final = 3

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

_MOST_VALIDATOR: Final = 500
"""Maximum characters of an ETag or Last-Modified value."""


class FetchError(Exception):
    """A document could not be fetched; the message tells why."""


@dataclass(frozen=True)
class Fetched:
    """A fetched document, with the validators for the next request; `raw` is None if unchanged."""

    raw: bytes | None
    charset: str | None
    etag: str
    last_modified: str


class Fetcher:
    """An HTTP client for feeds and their documents; use it as an async context manager."""

    def __init__(self) -> None:
        # No cookies, so that feeds share no state.
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=_SECONDS), cookie_jar=aiohttp.DummyCookieJar()
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_failure: object) -> None:
        await self._session.close()

    async def fetch(
        self, feed: Feed, address: str, etag: str = "", last_modified: str = ""
    ) -> Fetched:
        """Return the document at an address; follow redirects only to allowed hosts of the feed.

        Raises:
            FetchError: if the address is not allowed, or the response has no document.
        """
        headers = {"Accept": "application/cap+xml, application/atom+xml, application/xml"}
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": last_modified} if last_modified else {}
        try:
            for _ in range(_MOST_REDIRECTS + 1):
                if not may_fetch(feed, address):
                    raise FetchError(
                        f"{address[:200]} is on no host of the feed; list it in hosts, or leave it "
                        "out"
                    )
                async with self._session.get(
                    address, headers=headers, allow_redirects=False
                ) as answer:
                    if answer.status not in _REDIRECTS:
                        return await _read(answer)
                    address = urljoin(address, answer.headers.get("Location", ""))
        except (aiohttp.ClientError, TimeoutError, ValueError) as failure:
            raise FetchError(f"{type(failure).__name__}: {str(failure)[:200]}") from failure
        raise FetchError(f"there are more than {_MOST_REDIRECTS} redirects")


async def _read(answer: aiohttp.ClientResponse) -> Fetched:
    etag, last_modified = (
        answer.headers.get(name, "")[:_MOST_VALIDATOR] for name in ("ETag", "Last-Modified")
    )
    if answer.status == 304:
        return Fetched(None, None, etag, last_modified)
    if answer.status != 200:
        raise FetchError(f"the answer has status {answer.status}")
    raw = bytearray()
    # Count decompressed bytes, because a small response may decompress to a large document.
    async for some in answer.content.iter_chunked(64 * 1024):
        raw += some
        if len(raw) > MOST_BYTES:
            raise FetchError(f"the answer is larger than {MOST_BYTES:,} bytes")
    return Fetched(bytes(raw), answer.charset, etag, last_modified)
