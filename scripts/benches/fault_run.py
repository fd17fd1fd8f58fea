"""One run of the fault harness: a service, its gateway and the network between, under a plan.

The service is `alerting serve` over a SQLite file of its own. It is killed and restarted over the
same file. Meanwhile the gateway and the connections to it fail according to the plan. Once no text
is pending, the file and the gateway's record are judged.
"""

import asyncio
import contextlib
import json
import shutil
import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from alerting.clock_file import ClockFile
from alerting.drill.service.processes import Processes
from contacts.encryption.keys import KEYS
from scripts.benches.fault_outcome import FaultOutcome, in_flight, judge, texts_waiting
from scripts.benches.fault_plan import (
    LATE_SECONDS,
    Break,
    BreakKind,
    FaultPlan,
    Outage,
    draw_outage,
)
from scripts.benches.http_dialects import TeleSign
from scripts.benches.proxy import Proxy
from scripts.benches.town import EXERCISE, HOST, Account, start_gateway, until_ready

LEASE_SECONDS: Final = 3.0
_SPEED: Final = 50.0
"""Story seconds per real second, for the service's retries and the gateway's carrier."""
_CLOCK: Final = "clock"
_POLICY_FILE: Final = "policy.toml"
_FAULTS: Final = "faults.json"
_POLICY: Final = (
    f"[sending]\nanswer_within = {LEASE_SECONDS - 1}\nlease = {LEASE_SECONDS}\n"
    "requests_at_once = 30\n"
)
_ANSWER_SECONDS: Final = 0.05
_PATIENCE_SECONDS: Final = 150.0
"""Longer than four attempts that are all in doubt: see decision 23."""
_LOOK_SECONDS: Final = 0.1


@dataclass(frozen=True)
class Survival:
    """The faults injected into one run, and its outcome."""

    seed: int
    fault_outcome: FaultOutcome
    injected: Counter[str] = field(default_factory=Counter)
    """Number of faults that occurred by kind: the gateway's, the network's, and kills."""
    by_second: int = 0
    """Number of texts that the second provider accepted."""

    def told(self) -> str:
        """Return the outcome with its seed, so that the run can be repeated."""
        return f"seed {self.seed}: {self.fault_outcome}"


async def run_once(
    town: Path,
    folder: Path,
    token: str,
    fault_plan: FaultPlan,
    households: int,
    *,
    has_second: bool = False,
) -> Survival:
    """Run once, in an empty folder, over a copy of the town; `token` is that of its officer.

    With `has_second`, a second provider over HTTP sends while the first is down.
    """
    database = Path(shutil.copy(town, folder / "alerting.db"))
    async with _stage(folder, database, fault_plan, has_second=has_second) as stage:
        async with asyncio.TaskGroup() as group:
            group.create_task(stage.raise_alert(token))
            group.create_task(stage.kill_and_restart(fault_plan.kills))
            group.create_task(stage.break_connections(fault_plan.breaks))
            if has_second and (outage := draw_outage(fault_plan.seed)):
                group.create_task(stage.leave(outage))
        with contextlib.suppress(TimeoutError):
            # Texts still pending are judged as lost.
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await stage.until_settled()
        taken = await stage.ask_gateway("messages")
        stage.injected.update((await stage.ask_gateway("stats"))["faults"])
        by_second = []
        if stage.second:
            by_second = await _asked(stage.second, "messages")
            stage.injected.update((await _asked(stage.second, "stats"))["faults"])
    fault_outcome = judge(
        database,
        [*taken, *by_second],
        households=households,
        crashed_with=stage.crashed_with,
        lease_seconds=LEASE_SECONDS,
    )
    return Survival(fault_plan.seed, fault_outcome, stage.injected, len(by_second))


@dataclass
class _Stage:
    """A run's processes, and the faults injected so far."""

    database: Path
    processes: Processes
    proxy: Proxy
    service: str
    provider: aiohttp.ClientSession
    second: str | None = None
    """Address of the second provider."""
    injected: Counter[str] = field(default_factory=Counter)
    crashed_with: list[set[int]] = field(default_factory=list)

    async def start_service(self) -> None:
        """Start the service, and wait until it is ready."""
        port = str(urlsplit(self.service).port)
        await self.processes.start("service", "alerting", "serve", "--port", port)
        await until_ready(self.processes, "service", self.service)

    async def kill_and_restart(self, kills: tuple[float, ...]) -> None:
        """Kill the service with SIGKILL and restart it, once for each entry of `kills`."""
        for seconds in kills:
            await asyncio.sleep(seconds)
            await self.processes.kill("service")
            self.injected["kill"] += 1
            self.crashed_with.append(in_flight(self.database))
            await self.start_service()

    async def break_connections(self, breaks: tuple[Break, ...]) -> None:
        """Make the network between service and gateway fail at each planned time."""
        began = asyncio.get_running_loop().time()
        for each in breaks:
            await asyncio.sleep(began + each.after - asyncio.get_running_loop().time())
            self.injected[each.kind] += 1
            match each.kind:
                case BreakKind.CUT:
                    self.proxy.cut()
                case BreakKind.RESET:
                    self.proxy.reset()
                case BreakKind.STALL:
                    await self.proxy.stall(each.seconds)

    async def leave(self, outage: Outage) -> None:
        """Make the first provider refuse connections for a while."""
        await asyncio.sleep(outage.after)
        self.injected["outage"] += 1
        await self.proxy.leave()
        await asyncio.sleep(outage.seconds)
        await self.proxy.come_back()

    async def raise_alert(self, token: str) -> None:
        """Raise the alert; retry under the same idempotency key until it is answered."""
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "the-one-alert"}
        body = EXERCISE
        async with aiohttp.ClientSession(self.service, headers=headers) as office:
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    async with office.post("/api/alerts", json=body) as answer:
                        if answer.ok:
                            return
                        if answer.status < 500:
                            raise RuntimeError(await answer.text())
                await asyncio.sleep(_LOOK_SECONDS)

    async def until_settled(self) -> None:
        """Wait until no text is pending and the gateway has no callbacks left, checked twice."""
        while True:
            if await self._is_quiet():
                # A late callback may still cause another attempt.
                await asyncio.sleep(LATE_SECONDS + _LOOK_SECONDS)
                if await self._is_quiet():
                    return
            self.processes.check("service")
            await asyncio.sleep(_LOOK_SECONDS)

    async def _is_quiet(self) -> bool:
        if texts_waiting(self.database):
            return False
        stats = await self.ask_gateway("stats")
        ended = stats["delivered"] + stats["undelivered"] + stats["failed"]
        if self.second and (await _asked(self.second, "stats"))["unanswered"]:
            return False
        return bool(stats["created"] == ended and not stats["callbacks"]["waiting"])

    async def ask_gateway(self, what: str) -> Any:
        """Return the answer of the gateway's control."""
        async with self.provider.get(f"/control/{what}") as answer:
            return await answer.json()


async def _asked(url: str, what: str) -> Any:
    """Return what the second provider's control says."""
    async with aiohttp.ClientSession(url) as session, session.get(f"/control/{what}") as answer:
        return await answer.json()


@contextlib.asynccontextmanager
async def _stage(
    folder: Path, database: Path, fault_plan: FaultPlan, *, has_second: bool
) -> AsyncIterator[_Stage]:
    """Start gateway, proxy and service; stop them afterwards."""
    account = Account()
    with _kept_port() as port:
        service = f"http://{HOST}:{port}"
        processes = Processes(folder, account.settings() | _settings(folder, database, service))
        try:
            gateway = await start_gateway(
                *(processes, folder, account, json.dumps(fault_plan.rules)),
                *("--answer-delay", str(_ANSWER_SECONDS), "--seed", str(fault_plan.seed)),
                *("--clock", str(folder / _CLOCK)),
            )
            async with (
                Proxy(HOST, urlsplit(gateway).port or 0) as proxy,
                aiohttp.ClientSession(gateway) as provider,
            ):
                processes.environment["ALERTING_TWILIO_BASE_URL"] = f"http://{HOST}:{proxy.port}"
                stage = _Stage(database, processes, proxy, service, provider)
                if has_second:
                    stage.second = await _start_second(folder, processes, fault_plan, service)
                await stage.start_service()
                yield stage
                await processes.stop("service")
        finally:
            await processes.close()


def _settings(folder: Path, database: Path, service: str) -> dict[str, str]:
    policy = folder / _POLICY_FILE
    policy.write_text(_POLICY, "utf-8")
    ClockFile.create(folder / _CLOCK, _SPEED, datetime.now(UTC))
    return {
        "ALERTING_DATABASE_URL": f"sqlite:///{database}",
        # The database is a copy of the town's, and is encrypted with the town's key.
        "ALERTING_KEY_FILE": str(KEYS.file.absolute()),
        "ALERTING_PUBLIC_URL": service,
        "ALERTING_POLICY": str(policy),
        # Only deliveries are tested: reminders would be more texts to the same phones.
        "ALERTING_LOOPS": "deliver",
        "ALERTING_CLOCK": str(folder / _CLOCK),
    }


async def _start_second(
    folder: Path, processes: Processes, fault_plan: FaultPlan, service: str
) -> str:
    """Start the second provider, and add it to the policy and the secrets of the service."""
    said = await processes.start_and_hear(
        *("carrier", "scripts.benches.http_carrier", "--service", service),
        *("--faults", str(folder / _FAULTS)),
        *("--seed", str(fault_plan.seed)),
    )
    url: str = json.loads(said)["url"]
    carrier = TeleSign()
    with (folder / _POLICY_FILE).open("a", encoding="utf-8") as policy:
        policy.write(carrier.policy(url))
    for name, value in carrier.secrets.items():
        processes.environment[f"ALERTING_SECRET__{name.upper()}"] = value
    return url


@contextlib.contextmanager
def _kept_port() -> Iterator[int]:
    """Reserve a port, so that no other process gets it while the service is down."""
    with socket.socket() as keeper:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.bind((HOST, 0))
        port: int = keeper.getsockname()[1]
        yield port
