"""The speed-up of two and four processes of the service over one, on one PostgreSQL and machine.

The figures are those of `answer` and `send`. One is signed and durable answers per second, spread
over processes that only answer. The other is texts per second, handed over by processes that only
send, from the accepting commit to the commit of the last outcome. PostgreSQL and the clients share
the same cores.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Final, LiteralString

import psycopg
import typer

from alerting.drill.service.hosting import free_port
from alerting.drill.service.processes import Processes
from scripts.benches.answer import raise_and_deliver_at
from scripts.benches.report import JsonFile, Rounds, medians, report
from scripts.benches.send import ANSWER_SECONDS, LOST
from scripts.benches.town import (
    HOST,
    REQUEST,
    Account,
    found_town_at,
    raise_alert,
    start_gateway,
    unhurried_sender,
    until_ready,
    workshop,
)
from scripts.benches.webhooks import Load, LoadResult
from scripts.cluster_servers import Postgres, made_postgres

MANY: Final = (2, 4)
PROCESSES: Final = (1, *MANY)
_PATIENCE_SECONDS: Final = 120.0
_LOOK_SECONDS: Final = 0.01
_SETTLED: Final = """
    SELECT 1 WHERE EXISTS (SELECT 1 FROM alerts)
    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE channel = 'sms'
                    AND state IN ('queued', 'sending', 'unknown'))
"""
_ACCEPTED: Final = "SELECT 1 FROM alerts"
_SENT: Final = "SELECT count(*) FROM attempts WHERE outcome = 'accepted'"
_HEARD: Final = "SELECT count(*) FROM evidence"


def bench(
    households: Annotated[
        int, typer.Option(min=300, help="number of households that answer")
    ] = 20_000,
    deliveries: Annotated[int, typer.Option(min=1, help="households to reach")] = 2292,
    connections: Annotated[int, typer.Option(min=4, help="concurrent answers")] = 256,
    seconds: Annotated[float, typer.Option(help="seconds of each load")] = 2.0,
    rounds: Rounds = 3,
    json_file: JsonFile = None,
) -> None:
    """Measure answers and texts per second by one, two and four processes on PostgreSQL."""
    load = Load("", "", "", households, connections, seconds, None)
    with workshop() as folder:
        found = asyncio.run(_measure(folder, load, deliveries, rounds))
    report("cluster", medians(found), json_file)


async def _measure(
    folder: Path, load: Load, deliveries: int, rounds: int
) -> list[dict[str, float]]:
    server = await made_postgres(folder, free_port())
    processes = Processes(folder, {})
    try:
        await server.start(processes)
        return await _on(server, folder, load, deliveries, rounds)
    finally:
        await processes.close()


async def _on(
    server: Postgres, folder: Path, load: Load, deliveries: int, rounds: int
) -> list[dict[str, float]]:
    answering, sending = replace(server, name="answering"), replace(server, name="sending")
    for town in (answering, sending):
        await asyncio.to_thread(server.ask, f"CREATE DATABASE {town.name}")
    await asyncio.to_thread(found_town_at, answering.url, load.households)
    await raise_and_deliver_at(answering.url, REQUEST)
    token = await asyncio.to_thread(found_town_at, sending.url, deliveries)
    bench = _Bench(folder, answering, sending, token, load, deliveries)
    return [await bench.round() for _ in range(rounds)]


@dataclass(frozen=True)
class _Bench:
    """Databases to copy, and the loads on the processes."""

    folder: Path
    answering: Postgres
    """Has an alert whose texts have been delivered."""
    sending: Postgres
    """Has a roster and no alert yet."""
    token: str
    """Token of the officer who raises the alert."""
    load: Load
    deliveries: int

    async def round(self) -> dict[str, float]:
        """Measure each number of processes once."""
        found = {}
        for count in PROCESSES:
            found[f"answers_per_second_{count}"] = await self._answers(count)
            found[f"texts_per_second_{count}"] = await self._texts(count)
        for what in ("answers", "texts"):
            one = found[f"{what}_per_second_1"]
            found |= {f"{what}_{n}_to_1": found[f"{what}_per_second_{n}"] / one for n in MANY}
        return found

    async def _answers(self, count: int) -> float:
        async with _copy(self.answering) as database, self._serving(database, count, "api") as up:
            account, ports, processes = up
            wanted = replace(
                self.load,
                url=f"{processes.environment['ALERTING_PUBLIC_URL']}/twilio/sms",
                secret=account.secret,
                sender=account.sender,
                ports=ports,
            )
            said = await processes.start_and_hear(
                "households", "scripts.benches.webhooks", json.dumps(asdict(wanted))
            )
            found = LoadResult(**json.loads(said))
            (kept,) = (await asyncio.to_thread(database.ask, _HEARD))[0]
        if found.refused or kept != found.answered:
            raise RuntimeError(f"{found} came of it, and {kept} answers are kept")
        return found.per_second

    async def _texts(self, count: int) -> float:
        async with _copy(self.sending) as database, self._serving(database, count, "deliver") as up:
            _, ports, _ = up
            raising = asyncio.create_task(raise_alert(f"http://{HOST}:{ports[0]}", self.token))
            await _until(database, _ACCEPTED)
            began = time.perf_counter()
            await _until(database, _SETTLED)
            took = time.perf_counter() - began
            await raising
            (sent,) = (await asyncio.to_thread(database.ask, _SENT))[0]
        if sent != self.deliveries:
            raise RuntimeError(f"{sent} of {self.deliveries} were accepted")
        return self.deliveries / took

    @asynccontextmanager
    async def _serving(
        self, database: Postgres, count: int, loops: str
    ) -> AsyncIterator[tuple[Account, Sequence[int], Processes]]:
        """Run `count` processes of the service with a gateway that answers after a delay."""
        account, ports = Account(), [free_port() for _ in range(count)]
        settings = {
            "ALERTING_DATABASE_URL": database.url,
            # All processes are one service, so signatures are checked against one public URL.
            "ALERTING_PUBLIC_URL": f"http://{HOST}:{ports[0]}",
            "ALERTING_POLICY": unhurried_sender(self.folder),
            "ALERTING_LOOPS": loops,
        }
        processes = Processes(self.folder, account.settings() | settings)
        try:
            delay = ("--answer-delay", str(ANSWER_SECONDS))
            url = await start_gateway(processes, self.folder, account, LOST, *delay)
            processes.environment["ALERTING_TWILIO_BASE_URL"] = url
            for port in ports:
                await processes.start(f"{loops}-{port}", "alerting", "serve", "--port", str(port))
            await asyncio.gather(
                *(
                    until_ready(processes, f"{loops}-{port}", f"http://{HOST}:{port}")
                    for port in ports
                )
            )
            yield account, ports, processes
        finally:
            await processes.close()


@asynccontextmanager
async def _copy(town: Postgres) -> AsyncIterator[Postgres]:
    """A copy of a town's original database, dropped afterwards."""
    server = replace(town, name="postgres")
    await asyncio.to_thread(server.ask, f"CREATE DATABASE copy TEMPLATE {town.name}")
    try:
        yield replace(town, name="copy")
    finally:
        await asyncio.to_thread(server.ask, "DROP DATABASE copy WITH (FORCE)")


async def _until(database: Postgres, holds: LiteralString) -> None:
    """Poll over one connection until the statement returns a row."""
    address = database.address
    async with asyncio.timeout(_PATIENCE_SECONDS):
        with psycopg.connect(address, autocommit=True) as connection:
            while not connection.execute(holds).fetchall():  # noqa: ASYNC110 - others commit
                await asyncio.sleep(_LOOK_SECONDS)
