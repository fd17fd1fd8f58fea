"""The entrance caps concurrent handshakes, first in first out, and skips disconnected clients."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from alerting.feed import websocket_protocol as entrance
from alerting.feed.websocket_protocol import Entrance, WireProtocol, is_gone
from tests.support.watched_city import until


class Hall:
    """An application behind an entrance for two handshakes; the test decides when it accepts."""

    def __init__(self) -> None:
        self.port = 0
        self.entrance = Entrance(self)
        self.came: dict[str, Scope] = {}
        """All clients that have reached the entrance, in order of arrival."""
        self.entered: list[str] = []
        self.left: list[str] = []
        self._gates: dict[str, asyncio.Event] = {}

    async def before_the_entrance(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.came[scope["path"].strip("/")] = scope
        await self.entrance(scope, receive, send)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await PlainTextResponse("here")(scope, receive, send)
            return
        websocket, name = WebSocket(scope, receive, send), scope["path"].strip("/")
        self.entered.append(name)
        await self._gate(name).wait()
        if name == "broken":
            raise RuntimeError(name)
        if name == "refused":
            await websocket.close()
        else:
            await websocket.accept()
            await websocket.send_text(name)
            await websocket.receive()
        self.left.append(name)

    def open(self, *names: str) -> None:
        for name in names:
            self._gate(name).set()

    def come(self, name: str) -> "asyncio.Task[str]":
        return asyncio.create_task(self._come(name))

    async def _come(self, name: str) -> str:
        async with connect(f"ws://127.0.0.1:{self.port}/{name}") as client:
            return str(await client.recv())

    def _gate(self, name: str) -> asyncio.Event:
        return self._gates.setdefault(name, asyncio.Event())


@pytest.fixture
async def hall(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hall]:
    monkeypatch.setattr(entrance, "_AT_ONCE", 2)
    hall = Hall()
    config = uvicorn.Config(
        hall.before_the_entrance,
        interface="asgi3",
        ws=WireProtocol,
        lifespan="off",
        log_config=None,
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        await until(lambda: server.started)
        hall.port = listening.getsockname()[1]
        yield hall
        server.should_exit = True
        await serving


async def test_completed_handshake_admits_the_next_in_order(hall: Hall) -> None:
    coming = []
    for name in ("a", "b", "c", "d"):
        coming.append(hall.come(name))
        await until(lambda name=name: name in hall.came)
    assert hall.entered == ["a", "b"]
    hall.open("b")
    await until(lambda: hall.entered == ["a", "b", "c"])
    hall.open("a", "c", "d")
    assert await asyncio.gather(*coming) == ["a", "b", "c", "d"]


async def test_established_connection_takes_no_slot(hall: Hall) -> None:
    names = ("a", "b", "c", "d", "e")
    hall.open(*names)
    async with contextlib.AsyncExitStack() as stack:
        for name in names:
            client = connect(f"ws://127.0.0.1:{hall.port}/{name}")
            assert await (await stack.enter_async_context(client)).recv() == name
        assert hall.left == []


async def test_client_that_disconnects_while_waiting_is_skipped(hall: Hall) -> None:
    first = [hall.come(name) for name in ("a", "b")]
    await until(lambda: len(hall.entered) == 2)
    impatient, patient = hall.come("c"), hall.come("d")
    await until(lambda: {"c", "d"} <= hall.came.keys())
    impatient.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await impatient
    await until(lambda: is_gone(hall.came["c"]))
    hall.open("a", "b", "c", "d")
    assert await asyncio.gather(*first, patient) == ["a", "b", "d"]
    assert "c" not in hall.entered


@pytest.mark.parametrize(("name", "status"), [("refused", 403), ("broken", 500)])
async def test_refused_handshake_frees_its_slot(hall: Hall, name: str, status: int) -> None:
    hall.open(name, "a")
    for _ in range(5):
        with pytest.raises(InvalidStatus) as denied:
            await hall.come(name)
        assert denied.value.response.status_code == status
    assert await hall.come("a") == "a"


async def test_http_requests_do_not_wait(hall: Hall) -> None:
    coming = [hall.come(name) for name in ("a", "b", "c")]
    await until(lambda: len(hall.entered) == 2)
    url = f"http://127.0.0.1:{hall.port}/"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert await answer.text() == "here"
    hall.open("a", "b", "c")
    assert await asyncio.gather(*coming) == ["a", "b", "c"]
