"""A stopping process: open requests, duration and exit status."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Final

import aiohttp
import pytest
from sqlalchemy import Engine

from alerting.runtime import wall_clock
from alerting.stopping import STOP_SECONDS
from contacts.sign_in.credentials import issue_token
from tests.cli.test_serve import free_port, until_ready
from tests.faults.service_process import start_service
from tests.support.city import QIANFO, found_city
from tests.support.nursery import Forked
from tests.support.running import request_for

_LEFT_SECONDS: Final = 5.0
"""Allowance in seconds for a busy machine to start a thread and end a process."""
_KILLED: Final = 128 + signal.SIGTERM
_HOLD: Final = {
    "sqlite": "SELECT 1",  # An open transaction holds the write lock, so no other can write.
    "postgresql": "LOCK TABLE alerts IN ACCESS EXCLUSIVE MODE",
}


@dataclass
class Service:
    """A service in a separate process, with its log."""

    process: Forked
    url: str
    token: str
    log: Path

    async def raise_alert(self) -> int:
        """Request an alert; return the HTTP status, or 0 if there is no response."""
        headers = {"Authorization": f"Bearer {self.token}"}
        with contextlib.suppress(aiohttp.ClientError):
            async with (
                aiohttp.ClientSession(self.url, headers=headers) as session,
                session.post("/api/alerts", json=request_for(QIANFO)) as answer,
            ):
                return answer.status
        return 0

    async def lets_in(self) -> bool:
        """Return whether the service accepts connections."""
        with contextlib.suppress(ConnectionRefusedError):
            _, writer = await asyncio.open_connection("127.0.0.1", int(self.url.rpartition(":")[2]))
            writer.close()
            return True
        return False

    async def ended(self) -> int:
        """Wait for the process to end; return its exit status."""
        return await asyncio.to_thread(self.process.wait, 2 * (STOP_SECONDS + _LEFT_SECONDS))


@pytest.fixture
async def service(engine: Engine, database_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    with engine.begin() as connection:
        found_city(connection)
        token = issue_token(connection, "informant", wall_clock(), timedelta(hours=1))
    async with _starting(database_url, tmp_path, token) as service:
        yield service


@asynccontextmanager
async def _starting(url: str, folder: Path, token: str) -> AsyncIterator[Service]:
    port = free_port()
    settings = {"DATABASE_URL": url, "TWILIO_FROM": "+8610007009999"}
    settings |= {"TWILIO_BASE_URL": "http://127.0.0.1:9"}
    process = start_service(folder, port, "", **settings)
    try:
        await until_ready(port)
        yield Service(process, f"http://127.0.0.1:{port}", token, folder / f"{port}.log")
    finally:
        process.kill()
        process.wait()


@contextmanager
def held(engine: Engine) -> Iterator[None]:
    """Block the service's writes of alerts, and on PostgreSQL also its reads."""
    with engine.begin() as connection:
        connection.exec_driver_sql(_HOLD[engine.dialect.name])
        yield


async def test_open_request_is_answered(service: Service, engine: Engine) -> None:
    with held(engine):
        asking = asyncio.create_task(service.raise_alert())
        await asyncio.sleep(0.3)
        service.process.terminate()
        # New connections are refused, so the stop has begun.
        while await service.lets_in():  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.01)
    assert await asking == 201
    assert await service.ended() == 0


async def test_service_stops_in_time_without_the_database(service: Service, engine: Engine) -> None:
    with held(engine):
        asking = asyncio.create_task(service.raise_alert())
        await asyncio.sleep(0.3)
        began = monotonic()
        service.process.terminate()
        assert await service.ended() == 1
        assert monotonic() - began < STOP_SECONDS + _LEFT_SECONDS
    # Nothing was recorded, so the connection is cut or the status is an error.
    assert await asking in {0, 500, 503}


async def test_second_signal_ends_at_once(service: Service, engine: Engine) -> None:
    with held(engine):
        asking = asyncio.create_task(service.raise_alert())
        await asyncio.sleep(0.3)
        service.process.terminate()
        await asyncio.sleep(0.5)
        service.process.terminate()
        assert await service.ended() == _KILLED
    assert await asking == 0
