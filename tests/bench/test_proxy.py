"""The proxy between real sockets, and the effect of its commands on connections."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from scripts.benches.proxy import Proxy
from tests.support.patience import PATIENCE_SECONDS

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """Yield a proxy in front of an echo server."""
    echoing: set[asyncio.Task[None]] = set()

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        echoing.add(task)
        with contextlib.suppress(ConnectionResetError):
            while heard := await reader.read(1000):
                writer.write(heard)
        writer.close()
        with contextlib.suppress(ConnectionResetError):
            await writer.wait_closed()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server, Proxy("127.0.0.1", server.sockets[0].getsockname()[1]) as proxy:
        yield proxy
    await asyncio.gather(*echoing)


async def connected(proxy: Proxy) -> Streams:
    streams = await asyncio.open_connection("127.0.0.1", proxy.port)
    assert await said_back(streams, b"hello") == b"hello"
    return streams


async def said_back(streams: Streams, said: bytes) -> bytes:
    reader, writer = streams
    writer.write(said)
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await reader.read(1000)


async def test_proxy_passes_bytes_both_ways(proxy: Proxy) -> None:
    one, two = await connected(proxy), await connected(proxy)
    assert proxy.connections == 2
    assert await said_back(two, b"two") == b"two"
    assert await said_back(one, b"one") == b"one"
    one[1].close()
    two[1].close()


async def test_end_of_the_loop_does_not_wait_for_connections(proxy: Proxy) -> None:
    reader, writer = await connected(proxy)
    serving = [task for task in asyncio.all_tasks() if "Proxy._serve" in repr(task.get_coro())]
    for task in serving:
        task.cancel()
    _, still_there = await asyncio.wait(serving, timeout=PATIENCE_SECONDS)
    assert not still_there
    assert await reader.read() == b""
    writer.close()


async def test_connection_is_closed_when_one_side_leaves(proxy: Proxy) -> None:
    reader, writer = await connected(proxy)
    writer.close()
    await writer.wait_closed()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while proxy.connections:  # noqa: ASYNC110 - the proxy has no event for it
            await asyncio.sleep(0.01)
    assert reader.at_eof()


async def test_cut_ends_only_current_connections(proxy: Proxy) -> None:
    before = await connected(proxy)
    proxy.cut()
    assert await before[0].read() == b""
    before[1].close()
    after = await connected(proxy)
    after[1].close()


async def test_reset_is_an_error_on_the_other_side(proxy: Proxy) -> None:
    reader, _ = await connected(proxy)
    proxy.reset()
    with pytest.raises(ConnectionResetError):
        await reader.read()
    after = await connected(proxy)
    after[1].close()


async def test_stall_delays_bytes_without_loss(proxy: Proxy) -> None:
    reader, writer = await connected(proxy)
    stall = asyncio.create_task(proxy.stall(0.3))
    await asyncio.sleep(0)
    writer.write(b"held")
    held = asyncio.create_task(reader.read(1000))
    await asyncio.wait([held], timeout=0.1)
    assert not held.done()
    await stall
    assert await asyncio.wait_for(held, PATIENCE_SECONDS) == b"held"
    writer.close()


async def test_client_is_disconnected_if_the_server_is_down() -> None:
    gone = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = gone.sockets[0].getsockname()[1]
    gone.close()
    await gone.wait_closed()
    async with Proxy("127.0.0.1", port) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        assert await reader.read() == b""
        writer.close()


async def test_proxy_refuses_connections_until_it_comes_back(proxy: Proxy) -> None:
    (reader, writer), port = await connected(proxy), proxy.port
    await proxy.leave()
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    await proxy.come_back()
    assert proxy.port == port
    (await connected(proxy))[1].close()
