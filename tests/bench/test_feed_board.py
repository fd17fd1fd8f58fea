"""A board of the feed bench stores its messages and applies them as a page does."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Origin

from scripts.benches.feed_board import Board, shown
from tests.support.patience import PATIENCE_SECONDS

TOKEN = {"Authorization": "Bearer token"}
TEXTS = [json.dumps({"type": "frame", "seq": seq, "pad": "页" * seq}) for seq in (1, 40_000)]
SNAPSHOT: dict[str, Any] = {
    "type": "snapshot",
    "seq": 1,
    "alert": {"state": "open"},
    "tallies": {"1": "a", "2": "b"},
    "total": "ab",
    "households": [{"code": "11", "standing": "unaccounted"}],
    "deliveries": None,
}
FRAME: dict[str, Any] = {
    "type": "frame",
    "seq": 2,
    "tallies": {"2": "c"},
    "total": "ac",
    "households": [{"code": "11", "standing": "evacuated"}],
}


@contextlib.asynccontextmanager
async def service() -> AsyncIterator[str]:
    async def tell(connection: ServerConnection) -> None:
        assert connection.request
        assert connection.request.headers["Authorization"] == "Bearer token"
        for text in TEXTS:
            await connection.send(text)
        await connection.wait_closed()

    async with serve(tell, "127.0.0.1", 0) as server:
        (listener,) = server.sockets
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/feed"


async def test_every_message_is_stored_with_its_time() -> None:
    began = time.monotonic()
    async with service() as url:
        board = Board(url, TOKEN, "511921")
        await board.open()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(board.arrivals) < len(TEXTS):  # noqa: ASYNC110 - a protocol has no event
                await asyncio.sleep(0.01)
        assert not board.lost
        assert board.seq == 40_000
        board.close()
    assert [arrival.text.decode() for arrival in board.arrivals] == TEXTS
    instants = [began, *(arrival.at for arrival in board.arrivals), time.monotonic()]
    assert instants == sorted(instants)


async def test_refused_connection_is_an_error() -> None:
    async def refuse(connection: ServerConnection) -> None: ...

    async with serve(refuse, "127.0.0.1", 0, origins=[Origin("https://other.example")]) as server:
        (listener,) = server.sockets
        with pytest.raises(ConnectionError):
            await Board(f"ws://127.0.0.1:{listener.getsockname()[1]}/", TOKEN, "51").open()


def test_frame_replaces_the_values_it_names() -> None:
    state = shown([SNAPSHOT, FRAME, {"type": "heartbeat", "seq": 3}])
    assert state == {
        "alert": {"state": "open"},
        "tallies": {"1": "a", "2": "c"},
        "total": "ac",
        "households": {"11": {"code": "11", "standing": "evacuated"}},
        "deliveries": None,
    }
    assert SNAPSHOT["tallies"] == {"1": "a", "2": "b"}, "texts are shared between boards"


def test_reset_discards_the_state() -> None:
    assert shown([SNAPSHOT, FRAME, {"type": "reset"}, SNAPSHOT]) == shown([SNAPSHOT])
