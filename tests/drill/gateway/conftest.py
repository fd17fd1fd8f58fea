"""A gateway, clients for it made with the provider's SDK, and a server that gets its posts."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from alerting.drill.gateway.__main__ import gateway_for, parser
from alerting.drill.gateway.app import HangUpProtocol
from tests.support.clocks import clock_file
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import serving

ACCOUNT = "AC" + "0" * 32
TOKEN = "drill-token"
CREDENTIALS = ("--account-sid", ACCOUNT, "--auth-token", TOKEN)
SENDER = "+8610000000100"


def phone(number: int) -> str:
    """Return an eleven-digit number that starts with 1000, a range never assigned."""
    return f"+861000{number:07d}"


@dataclass
class Arrival:
    path: str
    form: dict[str, str]
    signed: bool
    headers: dict[str, str]


Answer = Callable[[Arrival], tuple[int, str]]


@dataclass
class Receiver:
    """A stand-in for the service. It records every post and answers by `answer`."""

    answer: Answer = lambda _arrival: (204, "")
    arrivals: list[Arrival] = field(default_factory=list)
    port: int = 0
    _runner: web.AppRunner | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        signature = request.headers.get("X-Twilio-Signature", "")
        url = self.url + request.raw_path
        signed = RequestValidator(TOKEN).validate(url, form, signature)
        arrival = Arrival(request.raw_path, form, signed, dict(request.headers))
        self.arrivals.append(arrival)
        self._changed.set()
        status, text = self.answer(arrival)
        return web.Response(status=status, text=text, content_type="text/xml")

    def at(self, path: str) -> list[dict[str, str]]:
        return [each.form for each in self.arrivals if each.path == path]

    async def until(self, arrived: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not arrived():
                self._changed.clear()
                await self._changed.wait()


@dataclass
class RunningGateway:
    url: str
    client: Client
    session: aiohttp.ClientSession

    async def control(self, path: str) -> Any:
        async with self.session.get(f"{self.url}/control/{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def tell(self, path: str, body: object) -> tuple[int, Any]:
        async with self.session.post(f"{self.url}/control/{path}", json=body) as answer:
            return answer.status, await answer.json()

    async def until_stats(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                stats: dict[str, Any] = await self.control("stats")
                if holds(stats):
                    return stats
                await asyncio.sleep(0.02)


@dataclass(frozen=True)
class GatewayProcess:
    gateway: RunningGateway
    process: asyncio.subprocess.Process


StartGateway = Callable[..., Awaitable[RunningGateway]]
StartProcess = Callable[..., Awaitable[GatewayProcess]]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    server = Receiver()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def start_gateway() -> AsyncIterator[StartGateway]:
    """Return a function that starts a gateway in the test's process, which saves a second."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(speed: float, *options: str) -> RunningGateway:
            gateway = gateway_for(
                parser().parse_args([*CREDENTIALS, "--clock", str(clock_file(speed)), *options])
            )
            stack.push_async_callback(gateway.close)
            url = await stack.enter_async_context(serving(gateway.app, http=HangUpProtocol))
            return await stack.enter_async_context(reached(url))

        yield start


@pytest.fixture
async def start_process() -> AsyncIterator[StartProcess]:
    """Return a function that starts a gateway in a process of its own."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(speed: float, *options: str) -> GatewayProcess:
            clock = ("--clock", str(clock_file(speed)))
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "alerting.drill.gateway", *CREDENTIALS, *clock, *options),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            stack.push_async_callback(ended, process)
            assert process.stdout is not None
            url = json.loads(await process.stdout.readline())["url"]
            gateway = await stack.enter_async_context(reached(url))
            return GatewayProcess(gateway, process)

        yield start


@contextlib.asynccontextmanager
async def reached(url: str) -> AsyncIterator[RunningGateway]:
    """Yield a gateway with an SDK client and an HTTP session for the control API."""
    http = AsyncTwilioHttpClient()
    client = Client(ACCOUNT, TOKEN, http_client=http)
    client.api.base_url = url
    async with aiohttp.ClientSession() as session:
        yield RunningGateway(url, client, session)
    await http.close()


async def ended(process: asyncio.subprocess.Process) -> None:
    """Terminate a process if it still runs, and wait for its end."""
    if process.returncode is None:
        process.terminate()
    await process.wait()
