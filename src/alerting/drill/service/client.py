"""A client of the service's API over HTTP and websockets, with a bearer token."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from alerting.drill.story_time import DrillError

_AWAY: Final = frozenset({502, 503, 504})

_FIRST_PAUSE: Final = 0.05

_LONGEST_PAUSE: Final = 0.5

_IDLE_SECONDS: Final = 4.0  # the server closes idle connections after 5 s

_ANSWER_SECONDS: Final = 15.0

_PAGE: Final = 1000

_JSON: Final = frozenset({"application/json", "application/problem+json"})

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """The service's answer; `body` is an empty object if the answer has no body."""

    status: int
    body: Any

    @property
    def reasons(self) -> list[str]:
        """The service's reasons for a refusal."""
        return list(self.body.get("reasons") or [self.body.get("detail", "")])


def open_session() -> aiohttp.ClientSession:
    """Return a new HTTP session, which the caller must close. Call it in a running event loop."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS),
        timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS),
    )


class Service:
    """The client of one officer. Requests are retried while the service is unreachable."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self._session = session
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, **query: str) -> Any:
        """Send a GET request, and return the body of the answer.

        Raises:
            DrillError: if the service refuses the request.
        """
        return _accepted(path, await self._call("GET", path, query, None)).body

    async def post(self, path: str, body: Json | None = None) -> Answer:
        """Post, and return the answer, even if it is a refusal.

        A retry after a crash of the service may post twice.
        """
        return await self._call("POST", path, {}, body)

    async def tell(self, path: str, body: Json | None = None) -> Any:
        """Post, and return the body of the answer.

        Raises:
            DrillError: if the service refuses the post.
        """
        return _accepted(path, await self.post(path, body)).body

    async def households(self, alert: int, **query: str) -> list[Json]:
        """Return all households of an alert that match the query, read page by page."""
        path, found = f"/api/alerts/{alert}/households", list[Json]()
        after: dict[str, str] = {}
        while True:
            page = await self.get(path, limit=str(_PAGE), **query, **after)
            found += page["households"]
            if page["after"] is None:
                return found
            after = {"after": page["after"]}

    async def follow(
        self,
        path: str,
        query: Callable[[], Mapping[str, str]],
        take: Callable[[Json], None],
        silence: float | None = None,
    ) -> None:
        """Pass each message of a websocket to `take` until cancelled. Reconnect if it breaks.

        `query` is called for each connection. A connection without a message for `silence` real
        seconds counts as broken.
        """
        pause = _FIRST_PAUSE
        while True:
            try:
                async with self._session.ws_connect(
                    self._url + path, params=query(), headers=self._headers, max_msg_size=0
                ) as socket:
                    pause = _FIRST_PAUSE
                    while (came := await socket.receive(silence)).type is aiohttp.WSMsgType.TEXT:
                        take(json.loads(came.data))
            except (aiohttp.ClientError, OSError):
                pause = min(2 * pause, _LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _call(
        self, method: str, path: str, query: Mapping[str, str], body: Json | None
    ) -> Answer:
        pause = _FIRST_PAUSE
        while True:
            try:
                async with self._session.request(
                    method, self._url + path, params=query, json=body, headers=self._headers
                ) as answer:
                    if answer.status not in _AWAY:
                        return await _read(answer)
            except (aiohttp.ClientError, OSError):
                pass
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


async def _read(answer: aiohttp.ClientResponse) -> Answer:
    text = await answer.text()
    if text and answer.content_type not in _JSON:
        return Answer(answer.status, {"detail": text})
    return Answer(answer.status, json.loads(text) if text else {})


def _accepted(path: str, answer: Answer) -> Answer:
    if answer.status >= 400:
        raise DrillError(f"{path} was refused: {answer.body.get('detail', answer.body)}")
    return answer
