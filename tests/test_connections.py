"""Connections that never send a complete request do not lock others out."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import ClassVar

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from alerting import connections
from alerting.connections import IDLE_SECONDS, MOST_HALF_OPEN, BoundedProtocol
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import serving

ASKED = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


async def answered(_request: object) -> PlainTextResponse:
    return PlainTextResponse("here")


@contextlib.asynccontextmanager
async def opened(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving(Starlette(routes=[Route("/", answered)])) as url:
        yield int(url.rpartition(":")[2])


async def test_half_open_connections_give_way_to_new_ones(port: int) -> None:
    async with contextlib.AsyncExitStack() as stack:
        half = [await stack.enter_async_context(opened(port)) for _ in range(MOST_HALF_OPEN)]
        for _, writer in half:
            writer.write(b"GET / HT")
        reader, writer = await stack.enter_async_context(opened(port))
        writer.write(ASKED)
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
            with contextlib.suppress(ConnectionError):
                assert await half[0][0].read() == b""


async def test_connection_with_an_endless_head_is_aborted(port: int) -> None:
    async with opened(port) as (reader, writer), asyncio.timeout(PATIENCE_SECONDS):
        with contextlib.suppress(ConnectionError):
            writer.write(b"GET / HTTP/1.1\r\nX: ")
            for _ in range(20):
                writer.write(b"x" * 8_192)
                await writer.drain()
            assert await reader.read() == b""
        assert not BoundedProtocol._half_open


async def test_connection_with_a_slow_second_head_is_aborted(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.2)
    async with opened(port) as (reader, writer), asyncio.timeout(PATIENCE_SECONDS):
        writer.write(ASKED)
        assert b"200 OK" in await reader.readline()
        writer.write(ASKED[:9])
        with contextlib.suppress(ConnectionError):
            assert (await reader.read()).endswith(b"here")


class Recorded(BoundedProtocol):
    """Records the protocol objects of the test's connections."""

    made: ClassVar[list[BoundedProtocol]] = []

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.made.append(self)


@pytest.fixture
async def idle() -> AsyncIterator[tuple[BoundedProtocol, socket.socket]]:
    """Yield both ends of a connection whose first request is answered: server's, client's."""
    app = Starlette(routes=[Route("/", answered)])
    async with serving(app, http=Recorded) as url:
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as client:
            client.setblocking(False)
            client.sendall(ASKED)
            assert await _heard(client)
            yield Recorded.made.pop(), client


async def _heard(client: socket.socket) -> bytes:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await asyncio.get_running_loop().sock_recv(client, 1024)


async def test_request_that_came_before_a_late_timeout_is_answered(
    idle: tuple[BoundedProtocol, socket.socket],
) -> None:
    protocol, client = idle
    client.sendall(ASKED)
    protocol.timeout_keep_alive_handler()
    assert (await _heard(client)).startswith(b"HTTP/1.1 200 OK\r\n")


async def test_idle_connection_is_closed(idle: tuple[BoundedProtocol, socket.socket]) -> None:
    protocol, client = idle
    protocol.timeout_keep_alive_handler()
    assert await _heard(client) == b""


async def test_idle_time_out_is_longer_than_that_of_proxies(
    idle: tuple[BoundedProtocol, socket.socket],
) -> None:
    protocol, _ = idle
    proxies_seconds = 120  # Caddy's idle time-out to an upstream
    assert protocol.timeout_keep_alive_task is not None
    left = protocol.timeout_keep_alive_task.when() - asyncio.get_running_loop().time()
    assert proxies_seconds < left <= IDLE_SECONDS


async def test_too_many_idle_connections_close_the_longest_idle(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_IDLE", 2)
    async with contextlib.AsyncExitStack() as stack, asyncio.timeout(PATIENCE_SECONDS):
        idle = [await stack.enter_async_context(opened(port)) for _ in range(3)]
        for number in (0, 1, 0, 2):  # the first is used again, so the second was idle longest
            reader, writer = idle[number]
            writer.write(ASKED)
            assert (await reader.readuntil(b"here")).endswith(b"here")
        assert await idle[1][0].read() == b""
        for number in (0, 2):
            reader, writer = idle[number]
            writer.write(ASKED)
            assert (await reader.readuntil(b"here")).endswith(b"here")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while BoundedProtocol._idle:  # noqa: ASYNC110 - the server learns of the close a turn later
            await asyncio.sleep(0)
