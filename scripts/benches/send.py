"""Sending through ledger and SDK, against a bare loop of the same SDK calls.

Both are fresh processes with a fresh gateway beside them, one after the other, in turn. The
ledger's is the service as `alerting serve` runs it: an alert is raised over HTTP, and the
database is watched from outside for the accepting commit and for the last outcome's. The bare
loop then makes the very same calls with nothing around them. Status callbacks come in both, at
the gateway's pace: to the service, which records them, or to a sink that answers.
"""

import asyncio
import json
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Annotated, Final

import aiohttp
import typer
from aiohttp import web

from alerting.drill.processes import Processes
from scripts.benches.report import JsonFile, Rounds, medians, report
from scripts.benches.town import HOST, REQUEST, Account, found_town, free_port, workshop

AT_ONCE: Final = 100
ANSWER_SECONDS: Final = 0.1
_LOOK_SECONDS: Final = 0.005
_PATIENCE_SECONDS: Final = 60.0
_ACCEPTED: Final = "SELECT 1 FROM alerts"
_UNSETTLED: Final = """
    SELECT EXISTS (SELECT 1 FROM deliveries WHERE state = 'queued' AND channel = 'sms')
    OR EXISTS (SELECT 1 FROM deliveries WHERE state IN ('sending', 'unknown'))
"""
_SENT: Final = "SELECT count(*) FROM attempts WHERE outcome = 'accepted'"


def bench(
    deliveries: Annotated[int, typer.Option(min=1, help="households to reach")] = 2292,
    rounds: Rounds = 5,
    json_file: JsonFile = None,
) -> None:
    """Measure sending through the ledger against the bare SDK."""
    with workshop() as folder:
        token = found_town(folder / "town.db", deliveries)
        found = [asyncio.run(_round(folder, token, deliveries)) for _ in range(rounds)]
    report("send", medians(found), json_file)


async def _round(folder: Path, token: str, deliveries: int) -> dict[str, float]:
    database = folder / "alerting.db"
    for left in folder.glob("alerting.db*"):
        left.unlink()
    shutil.copy(folder / "town.db", database)
    with_ledger = await _with_ledger(folder, database, token, deliveries)
    bare = await _bare(folder, database)
    return {
        "to_bare_sdk": bare / with_ledger,
        "sends_per_second": deliveries / with_ledger,
        "bare_sends_per_second": deliveries / bare,
        "seconds_2292" if deliveries == 2292 else f"seconds_{deliveries}": with_ledger,
        "to_arithmetic_limit": with_ledger / (deliveries / AT_ONCE * ANSWER_SECONDS),
    }


async def _with_ledger(folder: Path, database: Path, token: str, deliveries: int) -> float:
    """Return the seconds from the accepting commit to the commit of the last outcome."""
    port = free_port()
    service = f"http://{HOST}:{port}"
    settings = {"ALERTING_DATABASE_URL": f"sqlite:///{database}", "ALERTING_PUBLIC_URL": service}
    async with _processes(folder, settings) as processes:
        await processes.start("service", "alerting", "serve", "--port", str(port))
        async with aiohttp.ClientSession() as session:
            await _until_ready(session, service)
            raising = asyncio.create_task(_raise(session, service, token))
            took = await _watch(database)
            await raising
        with closing(sqlite3.connect(database)) as connection:
            (sent,) = connection.execute(_SENT).fetchone()
    if sent != deliveries:
        raise RuntimeError(f"{sent} of {deliveries} were accepted")
    return took


async def _raise(session: aiohttp.ClientSession, service: str, token: str) -> None:
    async with session.post(
        f"{service}/api/alerts", json=REQUEST, headers={"Authorization": f"Bearer {token}"}
    ) as answer:
        if answer.status != 201:
            raise RuntimeError(await answer.text())


async def _watch(database: Path) -> float:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while connection.execute(_ACCEPTED).fetchone() is None:
                await asyncio.sleep(_LOOK_SECONDS)
            began = time.perf_counter()
            while connection.execute(_UNSETTLED).fetchone() != (0,):
                await asyncio.sleep(_LOOK_SECONDS)
            return time.perf_counter() - began


async def _bare(folder: Path, database: Path) -> float:
    async with _sink() as callbacks, _processes(folder, {"ALERTING_PUBLIC_URL": callbacks}) as ps:
        said = await ps.start_and_hear("bare", "scripts.benches.bare_sender", str(database))
        return float(said)


@asynccontextmanager
async def _processes(folder: Path, settings: dict[str, str]) -> AsyncIterator[Processes]:
    """Give a runner of processes with the service's settings and a gateway of their own."""
    account = Account()
    processes = Processes(folder, account.settings() | settings)
    said = await processes.start_and_hear(
        *("gateway", "alerting.drill.gateway", "--answer-delay", str(ANSWER_SECONDS)),
        *("--account-sid", account.sid, "--auth-token", account.secret),
    )
    processes.environment["ALERTING_TWILIO_BASE_URL"] = json.loads(said)["url"]
    try:
        yield processes
    finally:
        await processes.close()


@asynccontextmanager
async def _sink() -> AsyncIterator[str]:
    """Take status callbacks and forget them."""

    async def take(_request: web.BaseRequest) -> web.Response:
        return web.Response(status=204)

    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, HOST, port).start()
    yield f"http://{HOST}:{port}"
    await runner.cleanup()


async def _until_ready(session: aiohttp.ClientSession, service: str) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            try:
                async with session.get(f"{service}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(_LOOK_SECONDS)
