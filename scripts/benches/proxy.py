"""A TCP proxy before a server: its connections are cut, reset or stalled on command."""

import asyncio
import contextlib
import socket
import struct
from typing import Final, Self

_HOST: Final = "127.0.0.1"
_CHUNK: Final = 65_536
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER on, with no time to linger: what is closed then is reset."""


class Proxy:
    """Passes bytes between whoever connects to it and one server. Use it in a running loop."""

    def __init__(self, host: str, port: int) -> None:
        self._upstream = (host, port)
        self.port = 0
        """Where it listens."""
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
        """Close everything: until it comes back, nobody listens here."""
        self._server.close()
        self._flowing.set()
        self.reset()
        await asyncio.gather(*self._serving)

    async def come_back(self) -> None:
        """Listen again, where it did before it left."""
        await self._listen(self.port)

    async def _listen(self, port: int) -> None:
        self._server = await asyncio.start_server(self._accept, _HOST, port)
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def connections(self) -> int:
        """How many connections pass through it now."""
        return len(self._open) // 2

    def cut(self) -> None:
        """End every connection in order: both sides read its end."""
        for writer in self._open:
            writer.close()

    def reset(self) -> None:
        """Break every connection: both sides get 'connection reset'."""
        for writer in self._open:
            plug: socket.socket = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):  # It may be closed already.
                plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            writer.transport.abort()

    async def stall(self, seconds: float) -> None:
        """Pass nothing on for so long; no connection ends by it."""
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
            self.reset()  # The proxy was closed while this one was being connected.
        try:
            await asyncio.gather(self._pass(reader, upstream), self._pass(upstream_reader, writer))
        finally:
            self._open -= pair
            for end in pair:
                # Whoever cancels this has closed neither, and would wait for ever.
                end.close()
                with contextlib.suppress(OSError):
                    await end.wait_closed()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what comes, until either side ends."""
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                await self._flowing.wait()
                writer.write(chunk)
                await writer.drain()
        writer.close()
