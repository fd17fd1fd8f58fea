"""Websocket routes as clients see them, through a real server."""

import asyncio
import contextlib
import json
import random
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from alerting.access.revocation import Guard
from alerting.api import refusals
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.feed import ring
from alerting.feed import routes as feed
from alerting.feed.websocket_channel import Inbox
from alerting.feed.websocket_protocol import WireProtocol
from alerting.ledger.events.households import TextUnclear
from alerting.ledger.writer import Transaction
from alerting.roll.rules.evidence import Report
from alerting.runtime import Clock, Runtime, wall_clock
from contacts.sign_in.credentials import issue_token, revoke_tokens
from tests.support.patience import PATIENCE_SECONDS
from tests.support.watched_city import (
    CHIEF,
    COMMANDER,
    COUNTY,
    FAR,
    GRID,
    IN_QIANFO,
    INFORMANT,
    ON_ROLL,
    QIANFO,
    STRANGER,
    TOWN,
    YUANDING,
    Board,
    City,
    all_are,
    caught_up,
    divisions_of,
    fresh,
    until,
)


@dataclass
class Service:
    """A running server with the tokens of its callers."""

    watched_city: City
    port: int
    tokens: dict[str, str]

    def open(self, path: str, officer: str | None, **options: Any) -> connect:
        headers = {"Authorization": f"Bearer {self.tokens[officer]}"} if officer else {}
        return connect(
            f"ws://127.0.0.1:{self.port}{path}",
            additional_headers=headers,
            compression=None,
            max_size=None,
            **options,
        )

    def board(self, officer: str, query: str = "", **options: Any) -> connect:
        return self.open(f"/api/alerts/{self.watched_city.alert}/feed{query}", officer, **options)

    async def denial(self, path: str, officer: str | None) -> tuple[int, str]:
        with pytest.raises(InvalidStatus) as denied:
            await self.open(path, officer)
        response = denied.value.response
        return response.status_code, (response.body or b"").decode()


@pytest.fixture
async def service(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Service]:
    # The time limits are raised, because a test on a busy machine may read late. The tests of these
    # limits set their own.
    for bound in ("_SEND_SECONDS", "_CLOSE_SECONDS"):
        monkeypatch.setattr(feed, bound, PATIENCE_SECONDS)
    watched_city = City(database_url)
    await watched_city.open()
    runtime = Runtime(watched_city.database, watched_city.ledger, Clock())
    inbox = Inbox(watched_city.database, watched_city.ledger, Clock(), watched_city.bus)
    app = FastAPI()
    app.state.runtime, app.state.hub, app.state.inbox = runtime, watched_city.hub, inbox
    app.state.guard = Guard(watched_city.database, watched_city.ledger)
    app.state.public_url = "http://127.0.0.1"
    refusals.install(app)
    app.include_router(feed.router)
    tokens = await watched_city.ledger.write(_tokens)
    async with serving(app) as port:
        yield Service(watched_city, port, tokens)
    inbox.close()
    await watched_city.close()


def _tokens(transaction: Transaction) -> dict[str, str]:
    return {
        officer: issue_token(transaction.connection, officer, wall_clock(), timedelta(hours=1))
        for officer in (CHIEF, COMMANDER, INFORMANT, STRANGER)
    }


@contextlib.asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[int]:
    config = uvicorn.Config(
        app, ws=WireProtocol, ws_per_message_deflate=False, lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # With small buffers, the server notices sooner that a client does not read.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        await until(lambda: server.started)
        yield listening.getsockname()[1]
        server.should_exit = True
        await task


async def follow(connection: ClientConnection, board: Board) -> None:
    async for text in connection:
        board.take(str(text))


@contextlib.asynccontextmanager
async def following(connection: ClientConnection, board: Board) -> AsyncIterator[None]:
    task = asyncio.create_task(follow(connection, board))
    begun = len(board.got)
    await until(lambda: len(board.got) > begun)
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, ConnectionClosed):
        await task


async def test_missing_token_is_refused_before_the_handshake(service: Service) -> None:
    service.tokens["nobody"] = "invented"
    for path in (f"/api/alerts/{service.watched_city.alert}/feed", "/api/inbox"):
        for caller in (None, "nobody"):
            status, body = await service.denial(path, caller)
            assert status == 401
            assert "Bearer" in body


async def test_revoked_token_is_refused(service: Service) -> None:
    await service.watched_city.ledger.write(
        lambda t: revoke_tokens(t.connection, COMMANDER, wall_clock())
    )
    assert (await service.denial("/api/inbox", COMMANDER))[0] == 401


async def test_division_outside_the_callers_division_is_not_found(service: Service) -> None:
    for division in ("51", COUNTY, TOWN, YUANDING, FAR, "321002"):
        path = f"/api/alerts/{service.watched_city.alert}/feed?division={division}"
        status, body = await service.denial(path, INFORMANT)
        assert status == 404
        assert division in body


async def test_unknown_alert_is_not_found(service: Service) -> None:
    for alert in (0, 2, 2**31 - 1, 2**31, 2**63, 10**30):
        assert (await service.denial(f"/api/alerts/{alert}/feed", CHIEF))[0] == 404


async def test_alert_outside_the_callers_division_is_not_found(
    service: Service,
) -> None:
    path = f"/api/alerts/{service.watched_city.alert}/feed"
    assert (await service.denial(path, STRANGER))[0] == 404
    await service.watched_city.reach(FAR)
    async with service.board(STRANGER) as connection:
        board = Board()
        board.take(str(await connection.recv()))
    assert set(board.state["tallies"]) == {FAR}


MALFORMED = (
    ("after=abc", "after"),
    ("after=-1", "after"),
    ("after=", "after"),
    ("after=٣", "after"),
    ("division=12345", "division"),
    ("division=", "division"),
    (f"division={IN_QIANFO[0]}", "division"),
)


async def test_refusal_names_the_malformed_parameter(service: Service) -> None:
    for query, named in MALFORMED:
        status, body = await service.denial(
            f"/api/alerts/{service.watched_city.alert}/feed?{query}", CHIEF
        )
        assert status == 422
        assert json.loads(body)["detail"].startswith(f"{named}: "), query


@pytest.mark.parametrize(
    ("officer", "query", "division"),
    [
        (INFORMANT, "", QIANFO),
        (INFORMANT, f"?division={GRID}", GRID),
        (COMMANDER, "", TOWN),
        (COMMANDER, f"?division={YUANDING}", YUANDING),
        (CHIEF, "", COUNTY),
    ],
)
async def test_board_shows_requested_division_or_the_callers_own(
    service: Service, officer: str, query: str, division: str
) -> None:
    board, watched_city = Board(), service.watched_city
    async with service.board(officer, query) as connection, following(connection, board):
        assert board.state == await fresh(watched_city, division)
        for home in ON_ROLL:
            await watched_city.say(home, Report.EVACUATED)
        await caught_up(watched_city, board)
    assert board.state == await fresh(watched_city, division)
    assert all(place.startswith(division) for place in divisions_of(board.got))


@pytest.mark.parametrize("seed", range(2))
async def test_reconnecting_board_misses_nothing(service: Service, seed: int) -> None:
    chance, watched_city, board = random.Random(seed), service.watched_city, Board()

    async def write(times: int) -> None:
        for _ in range(times):
            people = chance.choice((None, 1, 2))
            await watched_city.say(chance.choice(ON_ROLL), chance.choice(list(Report)), people)
            await asyncio.sleep(chance.random() / 50)

    for _ in range(6):
        writing = asyncio.create_task(write(15))
        await asyncio.sleep(chance.random() / 10)
        query = "" if board.seq is None else f"?after={board.seq}"
        connection = await service.board(COMMANDER, query)
        async with following(connection, board):
            await asyncio.sleep(chance.random() / 4)
        if chance.random() < 0.5:
            connection.transport.abort()
        else:
            await connection.close()
        await writing
    async with (
        service.board(COMMANDER, f"?after={board.seq}") as connection,
        following(connection, board),
    ):
        await caught_up(watched_city, board)
        assert board.state == await fresh(watched_city, TOWN)
    assert board.kinds()[0] == "snapshot"
    assert set(board.kinds()[1:]) == {"frame"}


async def test_disconnected_client_is_noticed_at_once(service: Service) -> None:
    async with service.board(COMMANDER) as connection:
        await connection.recv()
        for _ in range(100):
            await connection.send("what a board says does not matter")
            await connection.send(b"nor in which form")
        await service.watched_city.say(IN_QIANFO[0], Report.EVACUATED)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while '"frame"' not in str(await connection.recv()):
                pass
    await until(lambda: not service.watched_city.hub._tails)


async def read_on(connection: ClientConnection, board: Board) -> None:
    while True:
        board.take(str(await connection.recv()))


def slow_socket(port: int) -> socket.socket:
    """Return a connected socket with a small receive buffer."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", port))
    raw.setblocking(False)
    return raw


def a_long_entry(characters: int) -> TextUnclear:
    return TextUnclear(provider_id="x" * characters, reason="unclear")


async def test_slow_client_is_disconnected_and_can_resume(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ring, "_FRAMES_KEPT", 8)
    watched_city, slow, quick = service.watched_city, Board(), Board()
    raw = slow_socket(service.port)
    connection = await service.board(COMMANDER, sock=raw, max_queue=1)
    async with service.board(COMMANDER) as other, following(other, quick):
        for _ in range(40):
            await watched_city.append(a_long_entry(20_000), TOWN)
            await watched_city.say(IN_QIANFO[0], Report.EVACUATED)
            await caught_up(watched_city, quick)
        with pytest.raises(ConnectionClosed) as closed:
            await read_on(connection, slow)
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 4408
        assert "after=SEQ" in closed.value.rcvd.reason
        assert slow.seq
        assert quick.seq
        assert slow.seq < quick.seq
    async with (
        service.board(COMMANDER, f"?after={slow.seq}") as again,
        following(again, slow),
    ):
        await caught_up(watched_city, slow)
    assert slow.state == quick.state == await fresh(watched_city, TOWN)


async def test_client_that_never_reads_is_disconnected(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "_SEND_SECONDS", 0.3)
    raw = slow_socket(service.port)
    connection = await service.board(COMMANDER, sock=raw, max_queue=1)
    await until(lambda: service.watched_city.hub._tails)
    for _ in range(10):
        await service.watched_city.append(a_long_entry(50_000), TOWN)
        await asyncio.sleep(0.03)
    await until(lambda: not service.watched_city.hub._tails)
    connection.transport.abort()


async def test_officer_gets_each_text_at_once_and_only_once(service: Service) -> None:
    watched_city = service.watched_city
    await watched_city.owe(INFORMANT, "先")
    async with service.open("/api/inbox", INFORMANT) as connection:
        first = await connection.recv()
        await watched_city.owe(INFORMANT, "后")
        await watched_city.owe(COMMANDER, "别人的")
        second = await connection.recv()
        assert "先" in first
        assert "后" in second
    async with service.open("/api/inbox", COMMANDER) as connection:
        assert "别人的" in await connection.recv()
        await all_are(watched_city, DeliveryState.DELIVERED)
    async with service.open("/api/inbox", INFORMANT) as connection:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.5):
                await connection.recv()
