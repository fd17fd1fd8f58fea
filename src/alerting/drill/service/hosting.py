"""The hosting of the drilled service: a single process here, a cluster in `scripts`."""

import asyncio
import socket
import sys
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

import aiohttp

from alerting.drill.progress.milestones import Journal
from alerting.drill.service.processes import Processes
from alerting.drill.story_time import DrillError, StoryTime

HOST: Final = "127.0.0.1"

_SERVICE: Final = "service"

_START_SECONDS: Final = 120.0  # a busy machine is slow

_LOOK_SECONDS: Final = 0.05


@dataclass(frozen=True)
class Killed:
    """A process that was killed by SIGKILL during the story and started again."""

    kind: str
    process: str
    at: float
    """The story second of the kill."""
    served_after: float
    """Real seconds until this process or another one did the work again."""
    back_after: float
    """Real seconds until the process itself was ready."""


class Hosting(Protocol):
    """Starts, stops and kills the processes of the service."""

    url: str
    """The service's public URL."""
    names: tuple[str, ...]
    """Names of the service's processes; the first serves requests."""
    clock_urls: tuple[str, ...]
    """URLs of the processes that may hold the clock's lease and escalate."""
    killed: list[Killed]
    away_since: datetime | None
    """The story instant since which a killed process has been away; None if all are up."""

    @property
    def not_killed(self) -> list[str]:
        """The names of the processes that were to be killed but were not."""

    async def open(self, processes: Processes, folder: Path) -> Mapping[str, str]:
        """Start the service's dependencies, such as its database, and return their settings."""

    async def start(self, processes: Processes) -> None:
        """Start the service, and wait until it is ready.

        Raises:
            DrillError: if the service ends or is not ready in time.
        """

    async def kill_as_planned(
        self, processes: Processes, time: StoryTime, journal: Journal
    ) -> None:
        """Kill each planned process at its story second, and start it again."""

    async def stop(self, processes: Processes) -> None:
        """Stop the service; its database stays."""


class OneProcess:
    """A single process on SQLite. It is killed at story second `crash_at` if that is given."""

    names: tuple[str, ...] = (_SERVICE,)

    def __init__(self, crash_at: float | None = None) -> None:
        self.killed: list[Killed] = []
        self.away_since: datetime | None = None
        self._crash_at = crash_at
        self._port = free_port()
        self.url = f"http://{HOST}:{self._port}"
        self.clock_urls: tuple[str, ...] = (self.url,)

    @property
    def not_killed(self) -> list[str]:
        """The name of the service if it was to be killed but was not."""
        return [] if self._crash_at is None or self.killed else [_SERVICE]

    async def open(self, _processes: Processes, folder: Path) -> Mapping[str, str]:
        """Return the settings for a database in the folder."""
        return {"ALERTING_DATABASE_URL": f"sqlite:///{folder / 'alerting.db'}"}

    async def start(self, processes: Processes) -> None:
        """Start the service, and wait until it is ready.

        Raises:
            DrillError: if the service ends or is not ready in time.
        """
        await serve(processes, _SERVICE, self._port)

    async def kill_as_planned(
        self, processes: Processes, time: StoryTime, journal: Journal
    ) -> None:
        """Kill the service at `crash_at` if that is given, and start it again."""
        if self._crash_at is None:
            return
        await time.until(self._crash_at)
        at, self.away_since = time.elapsed(), time.now()
        await processes.kill(_SERVICE)
        journal.tell("the service is killed, and started again")
        away = await seconds_of(self.start(processes))
        self.away_since = None
        self.killed.append(Killed(_SERVICE, _SERVICE, round(at, 1), away, away))
        journal.tell("the service is back")

    async def stop(self, processes: Processes) -> None:
        """Stop the service; its database stays."""
        await processes.stop(_SERVICE)


async def serve(processes: Processes, name: str, port: int, loops: str = "all") -> None:
    """Start a process of the service, and wait until it is ready.

    Raises:
        DrillError: if the process ends or is not ready in time.
    """
    await processes.start(name, "alerting", "serve", "--port", str(port), "--loops", loops)
    await until_ready(processes, name, f"http://{HOST}:{port}")


async def until_ready(processes: Processes, name: str, url: str) -> None:
    """Wait until the service at this URL is ready.

    Raises:
        DrillError: if the named process ends or is not ready in time.
    """
    try:
        async with asyncio.timeout(_START_SECONDS), aiohttp.ClientSession() as session:
            while not await _is_ready(session, url):
                processes.check(name)
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        raise DrillError(f"the {name} is not ready. {processes.last_words(name)}") from None


async def _is_ready(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(f"{url}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def seconds_of(work: Awaitable[None]) -> float:
    """Await the work, and return how many real seconds it took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await work
    return round(loop.time() - began, 2)


def free_port() -> int:
    """Return a loopback port on which no process listens.

    On Linux the port stays bound until this process ends, so that the system assigns it to no other
    process. A server can still listen on the port, because servers set SO_REUSEADDR.
    """
    with socket.socket() as plug:
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        plug.bind((HOST, 0))
        port: int = plug.getsockname()[1]
        if sys.platform == "linux":
            plug.detach()
    return port
