"""Signed and durable answers per second, compared with the same endpoint without storage.

The service runs as under `alerting serve`, on a database with an open alert whose households have
their texts. Another process posts '1' for each household over kept-alive connections. The ledgers
compared are the real one on SQLite and on PostgreSQL, one that commits each answer alone, and one
that stores nothing. The latency is that of the real ledger at a fixed rate. After each load the
service is killed with SIGKILL; each answer acknowledged with a 2xx must then be in the database,
with its text, its evidence and its standing. `times_idiomatic` compares the service on SQLite with
an endpoint that keeps the same rows as FastAPI's and SQLModel's documentation teaches it: see
`scripts.benches.answer_idiomatic`.
"""

import asyncio
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from sqlalchemy import create_engine, text, update

from alerting.alerts.raise_alert import raise_alert
from alerting.cap.alert import AlertRequest
from alerting.database.engine import Database
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import deliveries
from alerting.drill.service.hosting import free_port
from alerting.drill.service.processes import Processes
from alerting.ledger.writer import Ledger
from alerting.policy.policy import default_policy
from alerting.runtime import Clock, Runtime
from contacts.directory import officer
from scripts.benches.answering import FREE, GROUPED, SINGLE
from scripts.benches.report import JsonFile, Rounds, medians, report
from scripts.benches.stores import TownDatabase, in_file, on_server
from scripts.benches.town import (
    HOST,
    OFFICER,
    REQUEST,
    Account,
    found_town_at,
    until_ready,
    workshop,
)
from scripts.benches.webhooks import Load, LoadResult

PACE: Final = 500.0
IDIOMATIC_THREADS: Final = 40
"""Threads on which Starlette runs synchronous endpoints."""
_KEPT: Final = (
    "SELECT count(*) FROM inbound",
    "SELECT count(*) FROM evidence",
    "SELECT count(*) FROM events WHERE kind = 'evidence.given'",
    "SELECT count(*) FROM roll WHERE standing = 'evacuated'",
    "SELECT coalesce(sum(households_evacuated), 0) FROM tallies",
)


def bench(
    households: Annotated[int, typer.Option(min=300, help="households that answer")] = 20_000,
    connections: Annotated[int, typer.Option(min=1, help="concurrent answers")] = 256,
    seconds: Annotated[float, typer.Option(help="seconds of each load")] = 2.0,
    rounds: Rounds = 3,
    json_file: JsonFile = None,
) -> None:
    """Measure signed and durable answers per second, and their latency at 500 per second."""
    account = Account()
    with workshop() as folder, on_server(folder) as server:
        bench = _Bench(folder, account, households, connections, seconds)
        file = in_file(folder)
        for store in (file, server):
            found_town_at(store.url, households)
            asyncio.run(raise_and_deliver_at(store.url, REQUEST))
        found = [asyncio.run(bench.round(file, server)) for _ in range(rounds)]
    report("answer", medians(found), json_file)


async def raise_and_deliver(database: Path, request: dict[str, Any]) -> None:
    """Raise an alert and mark all its texts in the ledger as delivered."""
    await raise_and_deliver_at(f"sqlite:///{database}", request)


async def raise_and_deliver_at(url: str, request: dict[str, Any]) -> None:
    """Raise an alert and mark its texts as delivered, on SQLite or PostgreSQL."""
    policy = default_policy()
    ledger_file = Database(url)
    ledger = Ledger(ledger_file, lambda _topic: None, policy)
    runtime = Runtime(ledger_file, ledger, Clock())
    caller = await ledger_file.read(lambda connection: officer(connection, OFFICER))
    if caller is None:
        raise RuntimeError("the town has no officer")
    await raise_alert(runtime, caller, AlertRequest.model_validate(request), None, again=True)
    sent = update(deliveries).values(state=DeliveryState.DELIVERED)
    await ledger.write(lambda transaction: transaction.connection.execute(sent))
    await ledger.close()
    ledger_file.close()


@dataclass(frozen=True)
class _Bench:
    """The parts common to all loads of a run."""

    folder: Path
    account: Account
    households: int
    connections: int
    seconds: float

    async def round(self, file: TownDatabase, server: TownDatabase) -> dict[str, float]:
        """Measure every figure once, side by side."""
        single, to_free_single = await self._beside_free(file, SINGLE)
        grouped, to_free = await self._beside_free(file, GROUPED)
        on_server, to_free_on_server = await self._beside_free(server, GROUPED)
        idiomatic = await self._idiomatic()
        paced = await self._measure(file, GROUPED, PACE)
        paced_on_server = await self._measure(server, GROUPED, PACE)
        return {
            "storage_free_per_second": grouped / to_free,
            "sqlite_single_per_second": single,
            "sqlite_grouped_per_second": grouped,
            "postgres_grouped_per_second": on_server,
            "idiomatic_per_second": idiomatic.per_second,
            "times_idiomatic": grouped / idiomatic.per_second,
            "sqlite_single_to_storage_free": to_free_single,
            "sqlite_grouped_to_storage_free": to_free,
            "postgres_grouped_to_storage_free": to_free_on_server,
            "p50_ms": paced.p50_ms,
            "p99_ms": paced.p99_ms,
            "postgres_p50_ms": paced_on_server.p50_ms,
            "postgres_p99_ms": paced_on_server.p99_ms,
        }

    async def _beside_free(self, store: TownDatabase, ledger: str) -> tuple[float, float]:
        """Return the answers per second, and their ratio to those without storage.

        The rate without storage is measured right before and right after the ledger's, because a
        machine's speed drifts.
        """
        before = await self._measure(store, FREE)
        found = await self._measure(store, ledger)
        after = await self._measure(store, FREE)
        free = (before.per_second + after.per_second) / 2
        return found.per_second, found.per_second / free

    async def _measure(
        self, store: TownDatabase, ledger: str, per_second: float | None = None
    ) -> LoadResult:
        url, port = store.fresh(), free_port()
        service = f"http://{HOST}:{port}"
        settings = {
            "ALERTING_DATABASE_URL": url,
            "ALERTING_PUBLIC_URL": service,
            "ALERTING_LOOPS": "api",
        }
        processes = Processes(self.folder, self.account.settings() | settings)
        try:
            await processes.start("service", "scripts.benches.answering", ledger, str(port))
            found = await self._posted(processes, service, self.connections, per_second)
        finally:
            await processes.close()
        check(url, found, 0 if ledger == FREE else found.answered)
        return found

    async def _idiomatic(self) -> LoadResult:
        """Measure the peer, with as many concurrent posts as it has threads."""
        file, port = self.folder / "idiomatic.db", free_port()
        processes = Processes(self.folder, self.account.settings())
        arguments = (str(file), str(self.households), str(port))
        try:
            await processes.start("service", "scripts.benches.answer_idiomatic", *arguments)
            service = f"http://{HOST}:{port}"
            found = await self._posted(processes, service, IDIOMATIC_THREADS, None)
        finally:
            await processes.close()
        for left in self.folder.glob(f"{file.name}*"):
            left.unlink()
        if found.refused:
            raise RuntimeError(f"the peer refused answers: {found}")
        return found

    async def _posted(
        self, processes: Processes, service: str, connections: int, per_second: float | None
    ) -> LoadResult:
        """Post a load to the service once it is ready, then kill it."""
        await until_ready(processes, "service", service)
        secret, sender = self.account.secret, self.account.sender
        url, households = f"{service}/twilio/sms", self.households
        load = Load(url, secret, sender, households, connections, self.seconds, per_second)
        said = await processes.start_and_hear(
            "households", "scripts.benches.webhooks", json.dumps(asdict(load))
        )
        await processes.kill("service")
        return LoadResult(**json.loads(said))


def check(url: str, found: LoadResult, kept: int) -> None:
    """Compare the acknowledged answers with a fresh reader's view of the database.

    Raises:
        RuntimeError: if an answer was refused, or was acknowledged and is missing.
    """
    engine = create_engine(url)
    with engine.connect() as connection:
        counts = [connection.execute(text(question)).scalar_one() for question in _KEPT]
    engine.dispose()
    if found.refused or counts != [kept] * len(counts):
        raise RuntimeError(f"{kept} answers should be kept, {found} and {counts} were")
