"""Admit websockets, and write encoded frames to them without ASGI.

ASGI would encode each frame again for each socket. `alerting serve` gives `WireProtocol` to
uvicorn, and an endpoint finds its socket's protocol in the ASGI scope. Frames of the feed may mix
with pings and ASGI's own messages, because every write is a whole frame from the event loop's
thread.
"""

import asyncio
from contextlib import AsyncExitStack
from typing import Final, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

_EXTENSION: Final = "alerting.wire"


class WireProtocol(WebSocketsSansIOProtocol):
    """uvicorn's websocket protocol, extended to write frames that are already encoded.

    Such frames are not compressed, because compression needs a state for each socket. Every client
    accepts uncompressed frames.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Limit the write buffer, so that `writable` is set only while the buffer is empty."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=0)

    def shutdown(self) -> None:
        """Close the socket with 1012, 'service restart'; calling this again does nothing."""
        # uvicorn's own method fails if either side has begun to close.
        if not self.transport.is_closing():
            super().shutdown()

    async def run_asgi(self) -> None:
        """Run the application with this protocol in its ASGI scope."""
        self.scope["extensions"] = {**self.scope["extensions"], _EXTENSION: {"wire": self}}
        await super().run_asgi()

    def write_now(self, frame: bytes) -> bool:
        """Write a frame if the buffer is empty; return whether it was written."""
        transport = self.transport
        if not self.writable.is_set() or self.close_sent or transport.is_closing():
            return False
        transport.write(frame)
        return True

    async def write(self, frame: bytes) -> None:
        """Write a frame as soon as the buffer is empty.

        Raises:
            ClientDisconnected: if the client is gone.
        """
        await self.writable.wait()
        if not self.write_now(frame):
            raise ClientDisconnected

    def cut(self) -> None:
        """Abort the connection and drop unsent data, because the client does not read."""
        self.transport.abort()


def wire_of(websocket: WebSocket) -> WireProtocol:
    """Return the protocol that serves a websocket."""
    return _of(websocket.scope)


def is_gone(scope: Scope) -> bool:
    """Return whether the client of a websocket is known to have disconnected."""
    return _of(scope).disconnected


def _of(scope: Scope) -> WireProtocol:
    return cast("WireProtocol", scope["extensions"][_EXTENSION]["wire"])


def text_frame(text: str) -> bytes:
    """Return a text encoded as an unmasked websocket frame, as servers send it."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


_AT_ONCE: Final = 256
"""Handshakes under way at once. They share their reads of the database: more of them cost fewer."""


class Entrance:
    """Middleware that caps concurrent websocket handshakes and queues the others.

    After an outage, thousands of boards reconnect at once, and each gives up after some seconds.
    With the cap, handshakes finish first in, first out, before their clients time out. A client
    that has disconnected in the queue is skipped.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Admit a websocket when a slot is free, and any other request at once."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        async with AsyncExitStack() as place:
            await place.enter_async_context(self._places)
            if is_gone(scope):
                return

            async def answer(message: Message) -> None:
                # The first message accepts or refuses the client, so the handshake is over.
                await place.aclose()
                await send(message)

            await self._app(scope, receive, answer)
