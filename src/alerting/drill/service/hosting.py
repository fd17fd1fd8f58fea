"""What the service under drill runs on: one process here; elsewhere it may be a whole cluster."""

import asyncio
import socket
import sys
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import aiohttp

from alerting.drill.progress.journal import Journal
from alerting.drill.service.processes import Processes
from alerting.drill.story_time import DrillError, StoryTime

HOST: Final = "127.0.0.1"

_SERVICE: Final = "service"

_START_SECONDS: Final = 120.0  # a machine with much else to do takes long

_LOOK_SECONDS: Final = 0.05


@dataclass(frozen=True)
class Killed:
    """A process that was killed (SIGKILL) in the midst of the story, and started again."""

    kind: str
    process: str
    at: float
    """Story seconds."""
    served_after: float
    """Seconds of the machine until what it does was done again, by itself or by another."""
    back_after: float
    """Seconds of the machine until it was ready itself."""


class Hosting(Protocol):
    """Where the service runs, how it is started and stopped, and what it has to survive."""

    url: str
    """Where everybody reaches the service."""
    names: tuple[str, ...]
    """Of the service's processes; the first answers."""
    clock_urls: tuple[str, ...]
    """The addresses of the processes that may do what silence makes due."""
    killed: list[Killed]

    @property
    def spared(self) -> list[str]:
        """What should have been killed, and was not."""

    async def open(self, processes: Processes, folder: Path) -> Mapping[str, str]:
        """Start what the service needs, its database at least; return the settings for it."""

    async def start(self, processes: Processes) -> None:
        """Start the service, and wait until it is ready.

        Raises:
            DrillError: if it ends, or is not ready in time.
        """

    async def suffer(self, processes: Processes, time: StoryTime, journal: Journal) -> None:
        """Kill what is to be killed, each in its time, and start it again."""

    async def stop(self, processes: Processes) -> None:
        """Stop the service; its database stays."""


class OneProcess:
    """A single process on SQLite; killed at `crash_at`, in story seconds, if that is given."""

    names: tuple[str, ...] = (_SERVICE,)

    def __init__(self, crash_at: float | None = None) -> None:
        self.killed: list[Killed] = []
        self._crash_at = crash_at
        self._port = free_port()
        self.url = f"http://{HOST}:{self._port}"
        self.clock_urls: tuple[str, ...] = (self.url,)

    @property
    def spared(self) -> list[str]:
        """What should have been killed, and was not."""
        return [] if self._crash_at is None or self.killed else [_SERVICE]

    async def open(self, _processes: Processes, folder: Path) -> Mapping[str, str]:
        """Return the settings of a database in the folder."""
        return {"ALERTING_DATABASE_URL": f"sqlite:///{folder / 'alerting.db'}"}

    async def start(self, processes: Processes) -> None:
        """Start the service, and wait until it is ready.

        Raises:
            DrillError: if it ends, or is not ready in time.
        """
        await serve(processes, _SERVICE, self._port)

    async def suffer(self, processes: Processes, time: StoryTime, journal: Journal) -> None:
        """Kill the service at its time, if at all, and start it again."""
        if self._crash_at is None:
            return
        await time.until(self._crash_at)
        at = time.elapsed()
        await processes.kill(_SERVICE)
        journal.tell("the service is killed, and started again")
        away = await seconds_of(self.start(processes))
        self.killed.append(Killed(_SERVICE, _SERVICE, round(at, 1), away, away))
        journal.tell("the service is back")

    async def stop(self, processes: Processes) -> None:
        """Stop the service; its database stays."""
        await processes.stop(_SERVICE)


async def serve(processes: Processes, name: str, port: int, loops: str = "all") -> None:
    """Start a process of the service, and wait until it is ready.

    Raises:
        DrillError: if it ends, or is not ready in time.
    """
    await processes.start(name, "alerting", "serve", "--port", str(port), "--loops", loops)
    await until_ready(processes, name, f"http://{HOST}:{port}")


async def until_ready(processes: Processes, name: str, url: str) -> None:
    """Wait until the service takes facts at this address.

    Raises:
        DrillError: if the named process ends, or it does not in time.
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
    """Return how many seconds of the machine it takes."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await work
    return round(loop.time() - began, 2)


def free_port() -> int:
    """Return a port on loopback that nobody listens on.

    On Linux it stays bound until this process ends, so that the system gives it to nobody else:
    a server may listen on it all the same, because servers set SO_REUSEADDR.
    """
    with socket.socket() as plug:
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        plug.bind((HOST, 0))
        port: int = plug.getsockname()[1]
        if sys.platform == "linux":
            plug.detach()
    return port
