"""Signed posts to the service, over pooled connections and with retries while it is down.

By default, Twilio retries after a failed connection. This gateway also retries after a server
error, which Twilio does on request. After a refused connection, all posts to that address pause, so
that thousands of waiting posts do not overload a service that is restarting.
"""

import asyncio
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode, urlsplit

import aiohttp
from twilio.request_validator import RequestValidator
from yarl import URL

from alerting.drill.gateway.store import new_sid
from alerting.drill.timers import StoryClock

NEVER_GIVE_UP: Final = math.inf

_WORKERS: Final = 256  # concurrent, because the service answers many posts with one commit

_TIMEOUT_SECONDS: Final = 15.0  # the provider's own limit for an answer

_IDLE_SECONDS: Final = 4.0  # common servers close idle connections after 5 s

_FIRST_PAUSE: Final = 0.25

_LONGEST_PAUSE: Final = 2.0


class _Fields(dict[str, str]):
    """A form's fields; the validator otherwise fails twice for each before it reads a dict."""

    def getall(self, name: str) -> list[str]:
        return [self[name]]


@dataclass(slots=True, eq=False)
class _Post:
    url: URL
    body: bytes
    headers: dict[str, str]
    give_up_at: float
    answer: asyncio.Future[str | None]
    since: float
    """The story second at which the post was queued."""
    tries: int = 0


@dataclass
class PostCounts:
    """Numbers of successful posts, of failed attempts, and of posts given up."""

    posted: int = 0
    failed: int = 0
    given_up: int = 0
    by_status: Counter[int] = field(default_factory=Counter)


class Poster:
    """Posts forms to any URL, each signed with the account's token."""

    def __init__(self, token: str, clock: StoryClock) -> None:
        self._clock = clock
        self._waiting: dict[_Post, None] = {}
        self._validator = RequestValidator(token)
        self._lanes: dict[str, _Lane] = {}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS),
            timeout=aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        self.counts = PostCounts()

    def post(self, url: str, form: dict[str, str], patience: float) -> asyncio.Future[str | None]:
        """Queue a post; return a future of the answer's body, or of None if the post is given up.

        A failed attempt is repeated until `patience` real seconds have passed.
        """
        loop = asyncio.get_running_loop()
        post = _Post(
            URL(url, encoded=True),
            urlencode(form).encode(),
            self._headers(url, form),
            loop.time() + patience,
            loop.create_future(),
            self._clock.now(),
        )
        self._waiting[post] = None
        self._lane(url).put(post)
        return post.answer

    @property
    def waiting(self) -> int:
        """The number of posts that are not answered yet."""
        return len(self._waiting)

    @property
    def longest_wait(self) -> float:
        """The story seconds for which the oldest unanswered post has waited."""
        first = next(iter(self._waiting), None)
        return 0.0 if first is None else self._clock.now() - first.since

    async def close(self) -> None:
        """Drop the waiting posts and close the connections."""
        for lane in self._lanes.values():
            await lane.close()
        await self._session.close()

    def _headers(self, url: str, form: dict[str, str]) -> dict[str, str]:
        signature: str = self._validator.compute_signature(url, _Fields(form))
        return {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": signature,
            "I-Twilio-Idempotency-Token": new_sid(""),
        }

    def _lane(self, url: str) -> "_Lane":
        origin = urlsplit(url).netloc
        if origin not in self._lanes:
            self._lanes[origin] = _Lane(self._session, self.counts, self._waiting)
        return self._lanes[origin]


class _Lane:
    """The queue and workers of the posts to one address."""

    def __init__(
        self, session: aiohttp.ClientSession, counts: PostCounts, waiting: dict[_Post, None]
    ) -> None:
        self._session = session
        self._counts = counts
        self._waiting = waiting
        self._queue: asyncio.Queue[_Post] = asyncio.Queue()
        self._open = asyncio.Event()
        self._open.set()
        self._pauses = 0
        self._workers = [asyncio.create_task(self._work()) for _ in range(_WORKERS)]

    def put(self, post: _Post) -> None:
        self._queue.put_nowait(post)

    async def close(self) -> None:
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            post = await self._queue.get()
            await self._open.wait()
            await self._try(post)

    async def _try(self, post: _Post) -> None:
        post.tries += 1
        try:
            async with self._session.post(
                post.url, data=post.body, headers=post.headers, allow_redirects=False
            ) as answer:
                body = await answer.text()
        except aiohttp.ClientConnectorError:
            self._pause()
            self._repeat(post, 0)
        except (aiohttp.ClientError, TimeoutError):
            self._repeat(post, _pause_after(post.tries))
        else:
            self._pauses = 0
            self._settle(post, answer.status, body)

    def _settle(self, post: _Post, status: int, body: str) -> None:
        self._counts.by_status[status] += 1
        if status >= 500:
            self._repeat(post, _pause_after(post.tries))
        elif status >= 300:
            self._counts.failed += 1
            self._give_up(post)
        else:
            self._counts.posted += 1
            self._finish(post, body)

    def _repeat(self, post: _Post, pause: float) -> None:
        self._counts.failed += 1
        loop = asyncio.get_running_loop()
        if loop.time() >= post.give_up_at:
            self._give_up(post)
        else:
            loop.call_later(pause, self._queue.put_nowait, post)

    def _give_up(self, post: _Post) -> None:
        self._counts.given_up += 1
        self._finish(post, None)

    def _finish(self, post: _Post, body: str | None) -> None:
        del self._waiting[post]
        if not post.answer.done():
            post.answer.set_result(body)

    def _pause(self) -> None:
        """Pause all posts to this address, which refuses connections, with growing back-off."""
        if self._open.is_set():
            self._open.clear()
            self._pauses += 1
            asyncio.get_running_loop().call_later(_pause_after(self._pauses), self._open.set)


def _pause_after(tries: int) -> float:
    return float(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (tries - 1)))
