"""Tests of the escalation lease, which a standby takes over if its holder stops."""

import asyncio
import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.exc import OperationalError

from alerting.database.tables import leases
from alerting.drill.service.hosting import free_port
from alerting.ledger.tables import alerts, events
from alerting.runtime import wall_clock
from tests.cli.test_serve import until_ready
from tests.faults.service_process import end, start_service
from tests.support.alert_rows import stored_alert
from tests.support.city import found_city
from tests.support.nursery import Forked
from tests.support.patience import PATIENCE_SECONDS

_SENDER: Final = "+8610007009999"
_SOON: Final = timedelta(seconds=5)


@dataclass
class Clocks:
    """Processes that compete for the escalation lease of one database."""

    engine: Engine
    url: str
    folder: Path
    logs: dict[int, Path] = field(default_factory=dict)
    running: list[Forked] = field(default_factory=list)

    async def start(self) -> Forked:
        """Start a service process, and return it when it is ready."""
        port = free_port()
        process = start_service(
            self.folder,
            port,
            "",
            DATABASE_URL=self.url,
            TWILIO_FROM=_SENDER,
            TWILIO_BASE_URL="http://127.0.0.1:9",
            LOOPS="escalate",
        )
        self.running.append(process)
        self.logs[process.pid] = self.folder / f"{port}.log"
        await until_ready(port)
        return process

    def rows(self, statement: Any) -> list[Any]:
        """Return the rows that a statement selects."""
        with self.engine.begin() as connection:
            return list(connection.execute(statement))

    def lease(self) -> tuple[int, int]:
        """Return the lease holder's process id and the lease's fencing token."""
        found = self.rows(select(leases))
        return (int(found[0].holder.rpartition(":")[2]), found[0].fence) if found else (0, 0)

    def expiries(self) -> int:
        """Return the number of expiry entries in the log. An alert must expire once."""
        return int(self.rows(select(func.count()).where(events.c.kind == "alert.expired"))[0][0])

    def make_due(self) -> None:
        """Insert an alert whose validity ended long ago, so that it is due to expire."""
        with self.engine.begin() as connection:
            stored_alert(connection)

    def give_to_another(self) -> None:
        """Give the lease to another holder for an hour."""
        taken = {"fence": leases.c.fence + 1, "until": wall_clock() + timedelta(hours=1)}
        with self.engine.begin() as connection:
            connection.execute(update(leases).values(holder="another:1", **taken))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Poll until `holds` returns true."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.05)

    async def until_said(self, process: Forked, *sayings: str) -> None:
        """Wait until a process's log contains one of these texts."""

        def has_said() -> bool:
            lines = self.logs[process.pid].read_text("utf-8").splitlines()
            return any(json.loads(line)["event"] in sayings for line in lines)

        await self.until(has_said)


@pytest.fixture
def clocks(engine: Engine, database_url: str, tmp_path: Path) -> Iterator[Clocks]:
    with engine.begin() as connection:
        found_city(connection)
    clocks = Clocks(engine, database_url, tmp_path)
    yield clocks
    for process in clocks.running:
        process.send_signal(signal.SIGCONT)
    end(*clocks.running)


@pytest.mark.parametrize(
    "database_url",
    [pytest.param("sqlite", marks=pytest.mark.long), "postgresql"],
    indirect=True,
)
async def test_standby_takes_over_from_a_killed_process(clocks: Clocks) -> None:
    first = await clocks.start()
    await clocks.until(lambda: clocks.lease() == (first.pid, 1))
    second = await clocks.start()
    await asyncio.sleep(1.5)
    assert clocks.lease() == (first.pid, 1)
    first.kill()
    first.wait()
    clocks.make_due()
    await clocks.until(lambda: clocks.expiries() == 1)
    assert clocks.lease() == (second.pid, 2)


@pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)],
    indirect=True,
)
async def test_process_suspended_past_its_lease_writes_nothing_when_it_continues(
    clocks: Clocks,
) -> None:
    sleeper = await clocks.start()
    await clocks.until(lambda: clocks.lease() == (sleeper.pid, 1))
    await _stop_between_rounds(clocks, sleeper)
    clocks.make_due()
    sleeper.send_signal(signal.SIGCONT)
    await clocks.until_said(sleeper, "another process escalates now")
    await asyncio.sleep(1.5)
    assert (clocks.expiries(), clocks.lease()) == (0, (1, 2))
    with clocks.engine.begin() as connection:
        connection.execute(update(leases).values(until=wall_clock()))
    await clocks.until(lambda: clocks.expiries() == 1)
    assert clocks.lease() == (sleeper.pid, 3)


async def _stop_between_rounds(clocks: Clocks, process: Forked) -> None:
    """Suspend a process while it holds no database lock, and give its lease to another holder."""
    while True:
        process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.to_thread(clocks.give_to_another)
        except OperationalError:
            process.send_signal(signal.SIGCONT)
        else:
            return


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_open_transaction_of_a_suspended_process_is_rolled_back(clocks: Clocks) -> None:
    sleeper = await clocks.start()
    await clocks.until(lambda: clocks.lease() == (sleeper.pid, 1))
    with clocks.engine.begin() as connection:
        soon = wall_clock() + _SOON
        alert = stored_alert(connection)
        connection.execute(update(alerts).values(expires=soon, watched_at=soon))
    with clocks.engine.begin() as connection:
        connection.execute(select(alerts).where(alerts.c.id == alert).with_for_update())
        await clocks.until(lambda: bool(clocks.rows(text(_WAITS))))
        sleeper.send_signal(signal.SIGSTOP)
    # PostgreSQL ends the session because the suspended process sends nothing.
    second = await clocks.start()
    await clocks.until(lambda: clocks.lease() == (second.pid, 2))
    await clocks.until(lambda: clocks.expiries() == 1)
    sleeper.send_signal(signal.SIGCONT)
    await clocks.until_said(sleeper, "nothing could be escalated", "another process escalates now")
    await asyncio.sleep(1.5)
    assert (clocks.expiries(), clocks.lease()) == (1, (second.pid, 2))


_WAITS: Final = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
