"""A real client reads frames that are written without ASGI, mixed with other messages."""

import asyncio
import contextlib
import random
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.utils import ClientDisconnected
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from alerting.feed.websocket_protocol import WireProtocol, text_frame, wire_of
from tests.support.patience import PATIENCE_SECONDS
from tests.support.watched_city import texts_of, until


@dataclass
class Pair:
    """A client together with the service's side of its socket."""

    client: ClientConnection
    websocket: WebSocket
    wire: WireProtocol


@contextlib.asynccontextmanager
async def connected(*, compress: bool = False) -> AsyncIterator[Pair]:
    """Connect a client to a real server with small buffers, which a large frame fills."""
    opened = asyncio.Queue[WebSocket]()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        await websocket.accept()
        opened.put_nowait(websocket)
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await websocket.receive_text()

    config = uvicorn.Config(
        app, ws=WireProtocol, ws_per_message_deflate=compress, lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        await until(lambda: server.started)
        plug = socket.socket()
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plug.connect(listening.getsockname())
        plug.setblocking(False)
        compression = "deflate" if compress else None
        client = await connect(
            "ws://service/", sock=plug, max_size=None, max_queue=1, compression=compression
        )
        websocket = await opened.get()
        yield Pair(client, websocket, wire_of(websocket))
        client.transport.abort()
        server.should_exit = True
        await serving


async def read_on(client: ClientConnection, read: list[str]) -> None:
    while True:
        read.append(str(await client.recv()))


async def fill(pair: Pair, written: list[str]) -> None:
    """Write frames until the buffers are full, because the client does not read."""
    refused = 0
    while refused < 5:
        if pair.wire.write_now(text_frame(text := f"{len(written)}" * 20_000)):
            written.append(text)
            refused = 0
        else:
            refused += 1
            await asyncio.sleep(0.02)


@given(st.text())
def test_client_reads_the_text_of_a_frame(text: str) -> None:
    assert texts_of(text_frame(text)) == [text]


def test_frame_is_neither_masked_nor_compressed() -> None:
    assert text_frame("a" * 300) == b"\x81\x7e\x01\x2c" + b"a" * 300


async def _now(pair: Pair, text: str) -> bool:
    return pair.wire.write_now(text_frame(text))


async def _write(pair: Pair, text: str) -> bool:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await pair.wire.write(text_frame(text))
    return True


async def _asgi(pair: Pair, text: str) -> bool:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await pair.websocket.send_text(text)
    return True


async def _ping(pair: Pair, _text: str) -> bool:
    pair.wire.send_keepalive_ping()
    pair.wire.stop_keepalive()
    return False


async def _pinged(pair: Pair, _text: str) -> bool:
    await pair.client.ping()
    return False


DEEDS = (_now, _now, _now, _write, _asgi, _ping, _pinged)


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("seed", range(6))
async def test_interleaved_frames_arrive_whole_and_in_order(seed: int, compress: bool) -> None:
    chance, written, read = random.Random(seed), list[str](), list[str]()

    async def read_slowly(client: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in client:
                read.append(str(text))
                await asyncio.sleep(chance.choice((0, 0, 0.01)))

    async with connected(compress=compress) as pair:
        reading = asyncio.create_task(read_slowly(pair.client))
        for number in range(150):
            text = f"{number} " * chance.choice((1, 30, 5_000))
            if await chance.choice(DEEDS)(pair, text):
                written.append(text)
            if chance.random() < 0.3:
                await asyncio.sleep(0)
        await pair.websocket.close(4408, "enough")
        assert not pair.wire.write_now(text_frame("after the end"))
        await asyncio.wait_for(reading, PATIENCE_SECONDS)
        assert (pair.client.close_code, pair.client.close_reason) == (4408, "enough")
    assert read == written


async def test_write_waits_until_the_client_reads() -> None:
    written = list[str]()
    async with connected() as pair:
        await fill(pair, written)
        assert not pair.wire.write_now(text_frame("refused"))
        waiting = asyncio.create_task(pair.wire.write(text_frame("in the end")))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        assert [await pair.client.recv() for _ in written] == written
        await waiting
        assert await pair.client.recv() == "in the end"


async def test_disconnect_ends_a_waiting_write() -> None:
    async with connected() as pair:
        await fill(pair, [])
        waiting = asyncio.create_task(pair.wire.write(text_frame("too late")))
        await asyncio.sleep(0)
        pair.client.transport.abort()
        with pytest.raises(ClientDisconnected):
            await asyncio.wait_for(waiting, PATIENCE_SECONDS)


async def test_nothing_is_written_after_the_connection_is_cut() -> None:
    written = list[str]()
    async with connected() as pair:
        await fill(pair, written)
        pair.wire.cut()
        assert not pair.wire.write_now(text_frame("cut"))
        read = list[str]()
        with pytest.raises(ConnectionClosed):
            await read_on(pair.client, read)
    assert len(read) < len(written)
