"""The service as a cluster: six processes behind a balancer, on PostgreSQL and NATS."""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from alerting.drill.progress.milestones import Journal
from alerting.drill.service.hosting import HOST, Killed, free_port, seconds_of, serve, until_ready
from alerting.drill.service.processes import Processes
from alerting.drill.story_time import StoryTime
from scripts.cluster_servers import (
    BALANCER,
    NATS,
    POSTGRES,
    Postgres,
    made_postgres,
    start_balancer,
    start_nats,
    until_open,
)

API: Final = "api"
DELIVER: Final = "deliver"
ESCALATE: Final = "escalate"
_NUMBERS: Final = (1, 2)
"""Two for `escalate` too: one holds the clock's lease, the other stands by."""
BLOWS: Final = {DELIVER: 240.0, API: 390.0, ESCALATE: 540.0, NATS: 690.0, POSTGRES: 840.0}
"""Story second at which one part of each kind is killed; at the first, texts are being sent."""
_CLOCK: Final = (
    "SELECT holder FROM leases WHERE name = 'clock' "
    "AND until > extract(epoch FROM clock_timestamp()) * 1000000"
)
_LOOK_SECONDS: Final = 0.05


@dataclass(frozen=True)
class _Role:
    """A process of the service."""

    kind: str
    port: int


class Cluster:
    """Two processes each for `api`, `deliver` and `escalate`; one of each kind is killed once."""

    def __init__(self) -> None:
        self.killed: list[Killed] = []
        self.away_since: datetime | None = None
        self._roles = {
            f"{kind}-{number}": _Role(kind, free_port())
            for kind, number in itertools.product((API, DELIVER, ESCALATE), _NUMBERS)
        }
        self.names: tuple[str, ...] = tuple(self._roles)
        self.clock_urls = tuple(
            f"http://{HOST}:{role.port}" for role in self._roles.values() if role.kind == ESCALATE
        )
        self._port = free_port()
        self.url = f"http://{HOST}:{self._port}"
        self._nats_port = free_port()
        self._postgres: Postgres | None = None

    @property
    def not_killed(self) -> list[str]:
        """The kinds of parts that should have been killed but were not."""
        return sorted(set(BLOWS) - {one.kind for one in self.killed})

    async def open(self, processes: Processes, folder: Path) -> Mapping[str, str]:
        """Start PostgreSQL, NATS and the balancer; return the settings that point to them."""
        self._postgres = await made_postgres(folder, free_port())
        answering = [role.port for role in self._roles.values() if role.kind == API]
        async with asyncio.TaskGroup() as group:
            group.create_task(self._postgres.start(processes))
            group.create_task(start_nats(processes, self._nats_port))
            group.create_task(start_balancer(processes, folder, self._port, answering))
        return {
            "ALERTING_DATABASE_URL": self._postgres.url,
            "ALERTING_NATS_URL": f"nats://{HOST}:{self._nats_port}",
        }

    async def start(self, processes: Processes) -> None:
        """Start the service's processes, and wait until all are ready.

        Raises:
            DrillError: if one ends, or is not ready in time.
        """
        await asyncio.gather(*(self._start(processes, name) for name in self.names))
        await until_ready(processes, BALANCER, self.url)

    async def kill_as_planned(
        self, processes: Processes, time: StoryTime, journal: Journal
    ) -> None:
        """Kill one process of each kind, then NATS, then PostgreSQL, and restart each."""
        for kind, at in BLOWS.items():
            await time.until(at)
            await self._suffer(kind, processes, time, journal)

    async def stop(self, processes: Processes) -> None:
        """Stop the service; its database remains."""
        await asyncio.gather(*(processes.stop(name) for name in self.names))

    async def _suffer(
        self, kind: str, processes: Processes, time: StoryTime, journal: Journal
    ) -> None:
        name, at = await self._victim(kind, processes), time.elapsed()
        pid, self.away_since = processes.pid(name), time.now()
        await processes.kill(name)
        journal.tell(f"{name} is killed, and started again")
        served, back = await asyncio.gather(
            seconds_of(self._served(kind, name, pid, processes)),
            seconds_of(self._start(processes, name)),
        )
        self.away_since = None
        self.killed.append(Killed(kind, name, round(at, 1), served, back))
        journal.tell(f"{name} is back; its work was done again after {served:.1f} s")

    async def _victim(self, kind: str, processes: Processes) -> str:
        """Return the process of a kind to kill; for `escalate`, the holder of the clock's lease."""
        if kind != ESCALATE:
            return f"{kind}-1" if kind in {API, DELIVER} else kind
        while True:
            holder = await self._clock_holder()
            for name in self.names:
                if processes.pid(name) == holder:
                    return name
            await asyncio.sleep(_LOOK_SECONDS)

    async def _clock_holder(self) -> int | None:
        """Return the pid of the process that holds the clock's lease, or None."""
        if self._postgres is None:
            return None
        rows = await asyncio.to_thread(self._postgres.ask, _CLOCK)
        return int(rows[0][0].rpartition(":")[2]) if rows else None

    async def _clock_taken_over(self, pid: int) -> None:
        """Wait until a process with another pid holds the clock's lease."""
        while await self._clock_holder() in {None, pid}:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(_LOOK_SECONDS)

    async def _start(self, processes: Processes, name: str) -> None:
        """Start the process with this name, and wait until it is ready."""
        if role := self._roles.get(name):
            await serve(processes, name, role.port, role.kind)
        elif name == NATS:
            await start_nats(processes, self._nats_port)
        elif self._postgres:
            await self._postgres.start(processes)

    async def _served(self, kind: str, killed: str, pid: int, processes: Processes) -> None:
        """Wait until the killed part works again, or another process has taken over its work."""
        if kind == NATS:
            await until_open(processes, NATS, self._nats_port)
        elif kind == ESCALATE:
            await self._clock_taken_over(pid)
        elif kind == DELIVER:
            other = next(n for n, role in self._roles.items() if role.kind == kind and n != killed)
            await until_ready(processes, other, f"http://{HOST}:{self._roles[other].port}")
        else:
            await until_ready(processes, BALANCER, self.url)
