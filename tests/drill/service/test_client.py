import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession, web

from alerting.drill.service.client import Service, open_session
from alerting.drill.story_time import DrillError
from tests.support.patience import PATIENCE_SECONDS

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Return a function that starts a server with a handler and returns its URL."""
    runners: list[web.AppRunner] = []

    async def start(handler: Handler) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        runner = web.AppRunner(app, shutdown_timeout=0)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield start
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with open_session() as opened:
        yield opened


async def test_client_sends_the_officers_token(serve: Serve, session: ClientSession) -> None:
    async def handler(request: web.Request) -> web.Response:
        token = request.headers["Authorization"]
        return web.json_response({"token": token, "path": request.raw_path})

    service = Service(session, await serve(handler), "secret")
    answer = await service.get("/api/x", division="5119")
    assert answer == {"token": "Bearer secret", "path": "/api/x?division=5119"}


async def test_client_retries_while_the_service_is_unreachable(
    serve: Serve, session: ClientSession
) -> None:
    bodies: list[Any] = []

    async def handler(request: web.Request) -> web.Response:
        bodies.append(await request.json())
        if len(bodies) == 1:
            assert request.transport is not None
            request.transport.close()
        return web.Response(status=503 if len(bodies) < 4 else 204)

    service = Service(session, await serve(handler), "t")
    assert (await service.post("/evidence", {"key": "k"})).status == 204
    assert bodies == [{"key": "k"}] * 4


async def test_error_of_a_refusal_has_all_reasons(serve: Serve, session: ClientSession) -> None:
    async def handler(request: web.Request) -> web.Response:
        reasons = {"reasons": ["one", "two"]} if request.path == "/close" else {}
        return web.json_response({"detail": "No."} | reasons, status=409)

    service = Service(session, await serve(handler), "t")
    assert (await service.post("/close")).reasons == ["one", "two"]
    assert (await service.post("/other")).reasons == ["No."]
    with pytest.raises(DrillError, match=r"/close was refused: No\."):
        await service.tell("/close")
    with pytest.raises(DrillError):
        await service.get("/close")


async def test_error_has_the_message_of_a_server_error(
    serve: Serve, session: ClientSession
) -> None:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(status=500, text="Internal Server Error")

    service = Service(session, await serve(handler), "t")
    with pytest.raises(DrillError, match="/api/x was refused: Internal Server Error"):
        await service.get("/api/x")


async def test_households_are_read_from_all_pages(serve: Serve, session: ClientSession) -> None:
    first, second, third = ({"code": code} for code in "123")
    pages = {None: ([first, second], "2-x"), "2-x": ([third], None)}

    async def handler(request: web.Request) -> web.Response:
        assert request.query["standing"] == "staying"
        homes, after = pages[request.query.get("after")]
        return web.json_response({"households": homes, "after": after})

    service = Service(session, await serve(handler), "t")
    assert await service.households(7, standing="staying") == [first, second, third]


async def test_follow_reconnects_from_the_last_message(
    serve: Serve, session: ClientSession
) -> None:
    asked: list[str] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append(request.query["after"])
        if len(asked) == 2:
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"seq": int(asked[-1]) + 1})
        if len(asked) >= 3:
            await socket.receive()
        return socket

    seqs, arrived = [0], asyncio.Semaphore(0)

    def take(frame: dict[str, Any]) -> None:
        seqs.append(frame["seq"])
        arrived.release()

    service = Service(session, await serve(handler), "t")
    following = asyncio.create_task(service.follow("/feed", lambda: {"after": str(seqs[-1])}, take))
    async with asyncio.timeout(PATIENCE_SECONDS):
        for _ in range(2):
            await arrived.acquire()
    following.cancel()
    assert (seqs, asked) == ([0, 1, 2], ["0", "1", "1"])


async def test_silent_connection_counts_as_broken(serve: Serve, session: ClientSession) -> None:
    opened = asyncio.Semaphore(0)

    async def handler(request: web.Request) -> web.StreamResponse:
        opened.release()
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.receive()
        return socket

    service = Service(session, await serve(handler), "t")
    following = asyncio.create_task(service.follow("/feed", dict, print, silence=0.05))
    async with asyncio.timeout(PATIENCE_SECONDS):
        for _ in range(2):
            await opened.acquire()
    following.cancel()
