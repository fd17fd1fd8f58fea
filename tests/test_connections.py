"""Connections that never send a whole request lock nobody out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from alerting import connections
from alerting.connections import MOST_HALF_OPEN, BoundedProtocol
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


async def test_head_without_end_is_cut(port: int) -> None:
    async with opened(port) as (reader, writer), asyncio.timeout(PATIENCE_SECONDS):
        with contextlib.suppress(ConnectionError):
            writer.write(b"GET / HTTP/1.1\r\nX: ")
            for _ in range(20):
                writer.write(b"x" * 8_192)
                await writer.drain()
            assert await reader.read() == b""
        assert not BoundedProtocol._half_open


async def test_slow_head_is_cut_also_after_an_answer(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.2)
    async with opened(port) as (reader, writer), asyncio.timeout(PATIENCE_SECONDS):
        writer.write(ASKED)
        assert b"200 OK" in await reader.readline()
        writer.write(ASKED[:9])
        with contextlib.suppress(ConnectionError):
            assert (await reader.read()).endswith(b"here")
