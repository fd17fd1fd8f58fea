"""A TCP proxy in front of a server: it cuts, resets or stalls its connections on command."""

import asyncio
import contextlib
import socket
import struct
from typing import Final, Self

_HOST: Final = "127.0.0.1"
_CHUNK: Final = 65_536
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER on with a time of 0: closing sends a reset."""


class Proxy:
    """Passes bytes between its clients and one server. Use it in a running loop."""

    def __init__(self, host: str, port: int) -> None:
        self._upstream = (host, port)
        self.port = 0
        """Port that it listens on."""
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        await self._listen(0)
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close everything."""
        await self.leave()

    async def leave(self) -> None:
        """Close all connections, and refuse new ones until `come_back`."""
        self._server.close()
        self._flowing.set()
        self.reset()
        await asyncio.gather(*self._serving)

    async def come_back(self) -> None:
        """Listen again on the same port."""
        await self._listen(self.port)

    async def _listen(self, port: int) -> None:
        self._server = await asyncio.start_server(self._accept, _HOST, port)
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def connections(self) -> int:
        """Number of open connections through it."""
        return len(self._open) // 2

    def cut(self) -> None:
        """Close every connection gracefully, so that both sides read the end of the stream."""
        for writer in self._open:
            writer.close()

    def reset(self) -> None:
        """Break every connection: both sides get 'connection reset'."""
        for writer in self._open:
            plug: socket.socket | None = writer.get_extra_info("socket")
            if plug is None:
                continue  # The connection is already closed.
            with contextlib.suppress(OSError):
                plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            writer.transport.abort()

    async def stall(self, seconds: float) -> None:
        """Pass nothing on for `seconds`; the connections stay open."""
        self._flowing.clear()
        try:
            await asyncio.sleep(seconds)
        finally:
            self._flowing.set()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            upstream_reader, upstream = await asyncio.open_connection(*self._upstream)
        except OSError:
            writer.close()
            return
        pair = {writer, upstream}
        self._open |= pair
        if not self._server.is_serving():
            self.reset()  # The proxy was closed while this connection was being made.
        try:
            await asyncio.gather(self._pass(reader, upstream), self._pass(upstream_reader, writer))
        finally:
            self._open -= pair
            for end in pair:
                # On a cancellation neither side is closed yet, and waiting would never end.
                end.close()
                with contextlib.suppress(OSError):
                    await end.wait_closed()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on bytes until either side ends."""
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                await self._flowing.wait()
                writer.write(chunk)
                await writer.drain()
        writer.close()
