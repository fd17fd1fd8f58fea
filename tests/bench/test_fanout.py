"""The fan-out bench at a small size, with its clients and every installed comparison server."""

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from scripts.benches.answer import raise_and_deliver
from scripts.benches.fanout import HOUSEHOLDS, Hall, connected, found_crowd, measure, service_side
from scripts.benches.fanout_environment import compiled
from scripts.benches.fanout_peers import Side, peers
from scripts.benches.town import EXERCISE, TOWN, found_town, keys_in
from tests.support.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = 50
PING = b"\x89\x02hi"
PONG = b"\x8a\x82\x00\x00\x00\x00hi"
MARKED = b"\x81\x05word."


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Hall:
    folder = tmp_path_factory.mktemp("hall")
    return Hall(folder, compiled("fanout_reader", folder))


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the scripts on the path of the clients' process, as `scripts/bench` does."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


class Server:
    """A server that can write to each client."""

    def __init__(self) -> None:
        self.streams: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.streams.append((reader, writer))

    async def say(self, *what: bytes) -> None:
        """Send one argument to each client, in order."""
        for said, (_, writer) in zip(what, self.streams, strict=True):
            writer.write(said)
            await writer.drain()


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, Side]]:
    async def publish(_text: str) -> float:
        raise NotImplementedError

    serving = Server()
    listener = await asyncio.start_server(serving.take, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield serving, Side("plain", f"ws://127.0.0.1:{port}/", publish)
        for _, writer in serving.streams:
            writer.close()


async def test_time_ends_when_the_last_client_has_the_whole_message(
    hall: Hall, server: tuple[Server, Side]
) -> None:
    serving, side = server
    async with connected(hall, side, 3) as crowd:
        await crowd.ask("word")
        long = b"\x81\x7e\x20\x00" + b"word".ljust(0x2000)
        await serving.say(MARKED, long[:5000], b"\x81\x05other" + MARKED[:3])
        await asyncio.sleep(0.1)
        waiting = asyncio.create_task(crowd.hear())
        await serving.say(b"", long[5000:] + MARKED, b"")
        assert not (await asyncio.wait({waiting}, timeout=0.2))[0]
        await serving.say(b"", b"", MARKED[3:])
        assert json.loads(await waiting)["bytes"] == len(MARKED)


async def test_clients_answer_pings_at_any_time(hall: Hall, server: tuple[Server, Side]) -> None:
    serving, side = server
    async with asyncio.timeout(PATIENCE_SECONDS), connected(hall, side, 1) as crowd:
        reader, _ = serving.streams[0]
        await serving.say(PING)
        assert await reader.readexactly(len(PONG)) == PONG
        await crowd.ask("word")
        await serving.say(PING)
        assert await reader.readexactly(len(PONG)) == PONG
        await serving.say(MARKED)
        await crowd.hear()


@pytest.mark.parametrize("wrong", [b"\x81\x05word!", b"\x81\x06word.."])
async def test_message_that_differs_between_clients_is_an_error(
    hall: Hall, server: tuple[Server, Side], wrong: bytes
) -> None:
    serving, side = server
    async with connected(hall, side, 2) as crowd:
        await crowd.ask("word")
        await serving.say(MARKED, wrong)
        with pytest.raises(RuntimeError, match="bytes differ"):
            await crowd.hear()


async def test_disconnected_client_is_an_error(hall: Hall, server: tuple[Server, Side]) -> None:
    serving, side = server
    async with connected(hall, side, 2) as crowd:
        await crowd.ask("word")
        await serving.say(MARKED, b"")
        serving.streams[1][1].close()
        with pytest.raises(RuntimeError, match="sent away, 1 clients wait for 'word'"):
            await crowd.hear()


async def test_every_installed_peer_reaches_every_client(hall: Hall) -> None:
    with keys_in(hall.folder):
        found_town(hall.folder / TOWN, HOUSEHOLDS)
        await raise_and_deliver(hall.folder / TOWN, EXERCISE)
        crowd = found_crowd(hall.folder, CLIENTS)
    word = next(iter(crowd.words))
    took, size = await measure(hall, partial(service_side, crowd), [word], CLIENTS)
    assert took > 0
    others, left_out = peers(hall.folder)
    assert {"raw_c", "websockets", "socketio"} <= set(others)
    assert len(others) + len(left_out) == 6
    for name, start in others.items():
        took, heard = await measure(hall, start, [word.ljust(size - 4, ".")], CLIENTS)
        assert took > 0, name
        # Socket.IO and MQTT also send a name with the text.
        assert 0 <= heard - size < 20, name
