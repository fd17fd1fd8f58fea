"""Writing a websocket's frame that is encoded already, past ASGI, which would encode it again.

`alerting serve` gives `WireProtocol` to uvicorn; an endpoint finds its socket's in the scope. All
that anybody writes to a socket, frames of ours, pings, what ASGI sends and the closing handshake,
is whole frames, written from the event loop's thread: so they may come in any order.
"""

import asyncio
from typing import Final, cast

from starlette.types import Scope
from starlette.websockets import WebSocket
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

_EXTENSION: Final = "alerting.wire"


class WireProtocol(WebSocketsSansIOProtocol):
    """uvicorn's own websocket protocol, which also takes frames as they go over the wire.

    Compression would be each socket's own: such frames go without, which every client takes.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        super().connection_made(transport)
        # From now on `writable` says that nothing at all is unsent.
        self.transport.set_write_buffer_limits(high=0)

    def shutdown(self) -> None:
        """Tell the client that the service restarts (1012); again and again if need be."""
        # uvicorn fails where either side has begun to close.
        if not self.transport.is_closing():
            super().shutdown()

    async def run_asgi(self) -> None:
        """Run the application, which finds this in its scope."""
        self.scope["extensions"] = {**self.scope["extensions"], _EXTENSION: {"wire": self}}
        await super().run_asgi()

    def write_now(self, frame: bytes) -> bool:
        """Write a frame, if nothing written before is still unsent; say whether it was."""
        if not self.writable.is_set() or self.close_sent or self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True

    async def write(self, frame: bytes) -> None:
        """Write a frame as soon as nothing written before is unsent.

        Raises:
            ClientDisconnected: if the client is gone.
        """
        await self.writable.wait()
        if not self.write_now(frame):
            raise ClientDisconnected

    def cut(self) -> None:
        """End the connection at once, whatever is unsent: the client does not read."""
        self.transport.abort()


def wire_of(websocket: WebSocket) -> WireProtocol:
    """Return the protocol that serves a websocket."""
    return _of(websocket.scope)


def is_gone(scope: Scope) -> bool:
    """Whether the client of a websocket has gone, as far as is known."""
    return _of(scope).disconnected


def _of(scope: Scope) -> WireProtocol:
    return cast("WireProtocol", scope["extensions"][_EXTENSION]["wire"])


def text_frame(text: str) -> bytes:
    """Return a text as a server's websocket sends it."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)
