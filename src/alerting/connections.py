"""Bounds of connections: a slow or endless request head, and too many of them at once.

A request head is small and arrives at once. One that does not would hold its place for ever, and
some hundreds would leave no place for anybody else.

An idle connection stays open longer than proxies keep one. If the service closed first, a request
that the proxy sends at that moment would be lost, and proxies do not repeat a POST.
"""

import asyncio
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS: Final = 10.0

_MOST_HEAD_BYTES: Final = 64 * 1024

_LAST_LOOK_SECONDS: Final = 0.1

MOST_HALF_OPEN: Final = 256
"""Connections without a whole request head; one more ends the oldest."""

IDLE_SECONDS: Final = 150
"""How long a connection stays open between two requests; proxies close theirs after 60 to 120 s."""

MOST_IDLE: Final = 1_024
"""Connections between two requests; one more closes the one that was idle longest."""

MOST_CLIENT_MESSAGE: Final = 4_096
"""Most bytes of a websocket message from a client; clients send nothing but pongs."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's own HTTP protocol, with bounds on request heads and on idle connections."""

    _half_open: ClassVar[dict["BoundedProtocol", asyncio.TimerHandle]] = {}
    """Connections that owe a request head, the oldest first."""

    _idle: ClassVar[dict["BoundedProtocol", None]] = {}
    """Connections between two requests, the one that was idle longest first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timeout_keep_alive = IDLE_SECONDS
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Await the first request head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting for a request head."""
        self._head_is_here()
        self._idle.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse; abort the connection if its request head is too long."""
        super().data_received(data)
        if self in self._half_open:
            self._head_bytes += len(data)
            if self._head_bytes > _MOST_HEAD_BYTES:
                self.transport.abort()

    def on_message_begin(self) -> None:
        """Await the rest of the next request's head."""
        super().on_message_begin()
        self._idle.pop(self, None)
        self._await_head()

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        self._head_is_here()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Count the connection among the idle, unless its next request is here."""
        super().on_response_complete()
        if self.timeout_keep_alive_task is None or self in self._half_open:
            return
        self._idle[self] = None
        if len(self._idle) > MOST_IDLE:
            next(iter(self._idle)).transport.close()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, unless a request is there that the loop has not read yet.

        If the loop is late, its timers run before it reads. Closing at once would then lose the
        request, and providers do not repeat a webhook whose connection broke.
        """
        self.timeout_keep_alive_task = self.loop.call_later(
            _LAST_LOOK_SECONDS, super().timeout_keep_alive_handler
        )

    def _await_head(self) -> None:
        if self in self._half_open:
            return
        self._head_bytes = 0
        if len(self._half_open) >= MOST_HALF_OPEN:
            oldest = next(iter(self._half_open))
            oldest._head_is_here()
            oldest.transport.abort()
        self._half_open[self] = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _head_is_here(self) -> None:
        if timer := self._half_open.pop(self, None):
            timer.cancel()

    def _give_up(self) -> None:
        self._half_open.pop(self, None)
        self.transport.abort()
