"""Context managers during which a database in use refuses all writes."""

import contextlib
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import create_engine, make_url, text

_DISK_MEGABYTES: Final = 16


@dataclass(frozen=True)
class Place:
    """A migrated database and the working folder of its service."""

    url: str
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "alerting.db"


@contextlib.contextmanager
def own_disk(folder: Path) -> Iterator[None]:
    """Mount a small disk on the folder while the block runs."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MEGABYTES}m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"a disk that can be filled cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextlib.contextmanager
def full_disk(place: Place, _service: int) -> Iterator[None]:
    """Keep the disk full."""
    with contextlib.closing(sqlite3.connect(place.file)) as database:
        # Otherwise SQLite could reuse its write-ahead log's space and not notice the full disk.
        busy, *_ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert not busy
    filler = place.folder / "filler"
    try:
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(4096)):
                pass
        assert not shutil.disk_usage(place.folder).free
        yield
    finally:
        filler.unlink()


@contextlib.contextmanager
def files_that_cannot_be_written(_place: Place, service: int) -> Iterator[None]:
    """Make all file writes of the service's process fail, like a disk that became read-only."""
    # Unlike file modes, a limit on file size applies to root and to open files too.
    limit = ("prlimit", "--pid", str(service))
    subprocess.run([*limit, "--fsize=0:unlimited"], check=True)
    try:
        yield
    finally:
        subprocess.run([*limit, "--fsize=unlimited:unlimited"], check=True)


@contextlib.contextmanager
def locked_by_another(place: Place, _service: int) -> Iterator[None]:
    """Hold the database's write lock in another connection."""
    with contextlib.closing(sqlite3.connect(place.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextlib.contextmanager
def read_only_server(place: Place, _service: int) -> Iterator[None]:
    """Make PostgreSQL refuse writes, like a standby server that lost its primary."""
    database = f"DATABASE {make_url(place.url).database}"
    tell(place.url, f"ALTER {database} SET default_transaction_read_only = on", _END_OTHERS)
    try:
        yield
    finally:
        tell(
            place.url,
            "SET default_transaction_read_only = off",
            f"ALTER {database} RESET default_transaction_read_only",
            _END_OTHERS,
        )


_END_OTHERS: Final = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def tell(url: str, *statements: str) -> None:
    """Execute the statements on PostgreSQL in order."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
