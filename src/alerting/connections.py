"""Limits on connections: slow or endless request heads, and the number of connections.

A normal request head is small and arrives at once. Without a limit, a few hundred connections that
never send a complete head could lock everybody else out (Slowloris).

Idle connections stay open longer than proxies keep them. If the service closed first, a request
that the proxy sends at that moment would be lost, and proxies do not repeat a POST.
"""

import asyncio
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS: Final = 10.0

_MOST_HEAD_BYTES: Final = 64 * 1024

_LAST_LOOK_SECONDS: Final = 0.1

MOST_HALF_OPEN: Final = 256
"""Maximum number of connections without a complete request head; one more aborts the oldest."""

IDLE_SECONDS: Final = 150
"""Seconds for which an idle connection stays open; proxies close theirs after 60 to 120 s."""

MOST_IDLE: Final = 1_024
"""Maximum number of idle connections; one more closes the longest idle."""

MOST_CLIENT_MESSAGE: Final = 4_096
"""Maximum bytes of a websocket message from a client; clients only send pongs."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, with limits on request heads and idle connections."""

    _half_open: ClassVar[dict["BoundedProtocol", asyncio.TimerHandle]] = {}
    """Connections without a complete request head, oldest first, with their time-outs."""

    _idle: ClassVar[dict["BoundedProtocol", None]] = {}
    """Idle connections, longest idle first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timeout_keep_alive = IDLE_SECONDS
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time-out for the first request head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the time-out and forget the connection."""
        self._head_is_here()
        self._idle.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse received data; abort the connection if its request head is too long."""
        super().data_received(data)
        if self in self._half_open:
            self._head_bytes += len(data)
            if self._head_bytes > _MOST_HEAD_BYTES:
                self.transport.abort()

    def on_message_begin(self) -> None:
        """Start the time-out for the head of the next request."""
        super().on_message_begin()
        self._idle.pop(self, None)
        self._await_head()

    def on_headers_complete(self) -> None:
        """Stop the time-out, because the request head is complete."""
        self._head_is_here()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Mark the connection as idle, unless its next request is already here."""
        super().on_response_complete()
        if self.timeout_keep_alive_task is None or self in self._half_open:
            return
        self._idle[self] = None
        if len(self._idle) > MOST_IDLE:
            next(iter(self._idle)).transport.close()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection a moment later, unless a request arrives meanwhile.

        If the event loop is late, its timers run before it reads. Closing at once could then lose
        an unread request, and providers do not repeat a webhook whose connection broke.
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
