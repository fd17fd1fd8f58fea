"""Middleware that refuses requests that are too large, too slow or not text, before any work.

Pydantic models limit the fields of a body. This module limits the rest: the sizes of path, query,
headers and body, the time that a body may take, and characters that PostgreSQL cannot store.
"""

import asyncio
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from fastapi import HTTPException
from fastapi.routing import APIRoute
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerting.access.openapi import MOST_BODY, UNBOUNDED
from alerting.api.refusals import problem
from alerting.security.refused import note_refused

_MOST_PATH: Final = 8_000

_MOST_QUERY: Final = 2_000

_MOST_HEADERS: Final = 100

_MOST_HEADER_BYTES: Final = 16 * 1024

_MOST_BODY: Final = 128 * 1024
"""In bytes. An area of 2,000 divisions takes 36 KiB, a polygon of 500 corners 25 KiB."""

_MOST_OPEN_BODY: Final = 8 * 1024
"""In bytes, for routes that need no authentication."""

_PEOPLES_TEXTS: Final = "/gateways/"
"""Path prefix of incoming texts, which are accepted with NUL, because some handsets pad with it."""

_BODY_SECONDS: Final = 10.0

_DROP_SECONDS: Final = 2.0

_MOST_DROPPED: Final = 64 * 1024 * 1024

_A_YEAR: Final = "max-age=31536000"

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

_UNSTORABLE: Final = re.compile(
    rb"\\u(?:0000|[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|[dD][c-fC-F])"
)
"""Matches JSON escapes of NUL, which PostgreSQL cannot store, and of a lone surrogate."""

_PAIRED: Final = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\\\")


class RequestLimits:
    """ASGI middleware around the whole application, with the body limits that `routes` declare."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._bounds = bounds_of(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole request and pass it on, or refuse it if it exceeds a limit."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http":
            send = _with_headers(scope, send)
        body = _Body(receive)
        whole: Receive | None = receive
        try:
            _check_head(scope)
            most = self._most_body(scope)
            if most != UNBOUNDED:
                whole = await _read(scope, body, most)
        except HTTPException as refusal:
            note_refused(HTTPConnection(scope), refusal.status_code)
            await _refuse(refusal, scope, body, send)
        else:
            # None: the client has disconnected, so no answer is needed.
            if whole is not None:
                await self._app(scope, whole, send)

    def _most_body(self, scope: Scope) -> int:
        if scope["type"] != "http" or scope["method"] in _SAFE_METHODS:
            return UNBOUNDED
        path = scope["path"]
        return next((most for at, most in self._bounds if at.match(path)), _MOST_BODY)


def bounds_of(routes: Iterable[BaseRoute]) -> list[tuple[re.Pattern[str], int]]:
    """Return the path pattern and body limit in bytes of each route that overrides the default."""
    found = []
    for route in routes:
        if isinstance(route, APIRoute) and not _SAFE_METHODS.issuperset(route.methods or ()):
            declared = route.openapi_extra or {}
            most = _MOST_OPEN_BODY if declared.get("security") == [] else _MOST_BODY
            found.append((route.path_regex, declared.get(MOST_BODY, most)))
    return [(path, most) for path, most in found if most != _MOST_BODY]


class _Body:
    """Wraps a request's ASGI `receive`, and records whether the body has ended."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.has_ended = False

    async def __call__(self) -> Message:
        message = await self._receive()
        self.has_ended = not message.get("more_body", False)
        return message


def _with_headers(scope: Scope, send: Send) -> Send:
    """Return an ASGI `send` that adds the security headers to every response."""

    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("X-Content-Type-Options", "nosniff")
            if scope["path"].startswith("/api/"):
                headers.setdefault("Cache-Control", "no-store")
            if scope["app"].state.public_url.startswith("https://"):
                headers["Strict-Transport-Security"] = _A_YEAR
        await send(message)

    return add


def _check_head(scope: Scope) -> None:
    if len(scope["path"]) > _MOST_PATH or len(scope["query_string"]) > _MOST_QUERY:
        raise HTTPException(414, "the address is too long: shorten it")
    size = sum(len(name) + len(value) for name, value in scope["headers"])
    if len(scope["headers"]) > _MOST_HEADERS or size > _MOST_HEADER_BYTES:
        raise HTTPException(431, "the request has too many or too large headers: send fewer")


async def _read(scope: Scope, receive: _Body, most: int) -> Receive | None:
    """Read the body; return a `receive` that gives it in one message.

    Return None if the client disconnected.

    Raises:
        HTTPException: 413 if the body is too large, 408 if it is too slow, 422 if it holds
            characters that cannot be stored.
    """
    body = bytearray()
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    _check_size(int(declared[:20]) if declared.isdigit() else 0, most)
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            while not receive.has_ended:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                body += message.get("body", b"")
                _check_size(len(body), most)
    except TimeoutError:
        late = f"the body took longer than {_BODY_SECONDS:.0f} s: send it again"
        raise HTTPException(408, late) from None
    if not scope["path"].startswith(_PEOPLES_TEXTS) and _UNSTORABLE.search(_PAIRED.sub(b"", body)):
        raise HTTPException(422, "the body contains a NUL or a lone surrogate: remove it")
    whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def again() -> Message:
        return whole.pop() if whole else await receive()

    return again


async def _drop(receive: _Body) -> None:
    """Read and discard the rest of a body; closing the connection earlier would lose the answer."""
    dropped = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(_DROP_SECONDS):
            while not receive.has_ended and dropped < _MOST_DROPPED:
                dropped += len((await receive()).get("body", b""))


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise HTTPException(413, f"the body is larger than {most:,} bytes: send less")


async def _refuse(refusal: HTTPException, scope: Scope, receive: _Body, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.detail})
        return
    if scope["method"] not in _SAFE_METHODS:
        await _drop(receive)
    answer = problem(refusal, {"Connection": "close"})
    await answer(scope, receive, send)
