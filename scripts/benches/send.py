"""Sending through ledger and SDK, against a bare loop of the same SDK calls.

Each runs in a fresh process with a fresh gateway, in turn. The ledger is that of the service under
`alerting serve`. An alert is raised over HTTP. Time runs from the commit that accepts it to the
commit of the last outcome, observed in the database from outside. The bare loop then makes the same
calls and nothing else. Its process cannot receive status callbacks, so the gateway drops them for
both. The service with callbacks is measured too, and compared with the same bare loop.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Annotated, Final

import typer

from alerting.drill.service.hosting import free_port
from alerting.drill.service.processes import Processes
from scripts.benches.report import JsonFile, Rounds, medians, report
from scripts.benches.town import (
    HOST,
    NO_FAULTS,
    TOWN,
    Account,
    found_town,
    fresh_copy,
    raise_alert,
    start_gateway,
    unhurried_sender,
    until_ready,
    workshop,
)

AT_ONCE: Final = 100
ANSWER_SECONDS: Final = 0.1
LOST: Final = '[{"kind": "lost_callback"}]'
_LOOK_SECONDS: Final = 0.005
_PATIENCE_SECONDS: Final = 60.0
_ACCEPTED: Final = "SELECT EXISTS (SELECT 1 FROM alerts)"
_SETTLED: Final = """
    SELECT NOT EXISTS (SELECT 1 FROM deliveries WHERE state = 'queued' AND channel = 'sms')
    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE state IN ('sending', 'unknown'))
"""
_SENT: Final = "SELECT count(*) FROM deliveries WHERE channel = 'sms' AND accepted_at IS NOT NULL"


def bench(
    deliveries: Annotated[int, typer.Option(min=1, help="households to reach")] = 2292,
    rounds: Rounds = 5,
    json_file: JsonFile = None,
) -> None:
    """Measure sending through the ledger against the bare SDK."""
    with workshop() as folder:
        token = found_town(folder / TOWN, deliveries)
        found = [asyncio.run(_round(folder, token, deliveries)) for _ in range(rounds)]
    report("send", medians(found), json_file)


async def _round(folder: Path, token: str, deliveries: int) -> dict[str, float]:
    database = fresh_copy(folder)
    alone = await _with_ledger(folder, database, token, deliveries, LOST)
    bare = await _bare(folder, database)
    receipted = await _with_ledger(folder, fresh_copy(folder), token, deliveries, NO_FAULTS)
    return {
        "to_bare_sdk": bare / alone,
        "sends_per_second": deliveries / alone,
        "bare_sends_per_second": deliveries / bare,
        f"seconds_{deliveries}": alone,
        "to_arithmetic_limit": alone / (deliveries / AT_ONCE * ANSWER_SECONDS),
        "sends_per_second_with_callbacks": deliveries / receipted,
        "to_bare_sdk_with_callbacks": bare / receipted,
    }


async def _with_ledger(
    folder: Path, database: Path, token: str, deliveries: int, faults: str
) -> float:
    """Return the seconds from the accepting commit to the commit of the last outcome."""
    port = free_port()
    service = f"http://{HOST}:{port}"
    settings = {
        "ALERTING_DATABASE_URL": f"sqlite:///{database}",
        "ALERTING_PUBLIC_URL": service,
        "ALERTING_POLICY": unhurried_sender(folder),
        "ALERTING_LOOPS": "deliver",
    }
    async with _processes(folder, settings, faults) as processes:
        await processes.start("service", "alerting", "serve", "--port", str(port))
        await until_ready(processes, "service", service)
        raising = asyncio.create_task(raise_alert(service, token))
        took = await _watch(database)
        await raising
        with closing(sqlite3.connect(database)) as connection:
            (sent,) = connection.execute(_SENT).fetchone()
    if sent != deliveries:
        raise RuntimeError(f"{sent} of {deliveries} were accepted")
    return took


async def _watch(database: Path) -> float:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await _until(connection, _ACCEPTED)
            began = time.perf_counter()
            await _until(connection, _SETTLED)
            return time.perf_counter() - began


async def _until(connection: sqlite3.Connection, holds: str) -> None:
    while connection.execute(holds).fetchone() != (1,):  # noqa: ASYNC110 - another process commits
        await asyncio.sleep(_LOOK_SECONDS)


async def _bare(folder: Path, database: Path) -> float:
    nowhere = {"ALERTING_PUBLIC_URL": f"http://{HOST}:{free_port()}"}
    async with _processes(folder, nowhere, LOST) as processes:
        said = await processes.start_and_hear("bare", "scripts.benches.bare_sender", str(database))
        return float(said)


@asynccontextmanager
async def _processes(
    folder: Path, settings: dict[str, str], faults: str
) -> AsyncIterator[Processes]:
    """Yield a runner of processes with the service's settings and a gateway of its own."""
    account = Account()
    processes = Processes(folder, account.settings() | settings)
    delay = ("--answer-delay", str(ANSWER_SECONDS))
    try:
        gateway = await start_gateway(processes, folder, account, faults, *delay)
        processes.environment["ALERTING_TWILIO_BASE_URL"] = gateway
        yield processes
    finally:
        await processes.close()
