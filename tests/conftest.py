"""Fixtures for all tests: databases of both kinds, a gateway, and a running service."""

import asyncio
import gc
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings
from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache

import tests.support.mutant_profile  # noqa: F401 - registers the profile of the mutants
from alerting.database.engine import writer_engine
from alerting.migrations.upgrade import migrate
from tests.support.alert_rows import stored_alert
from tests.support.city import QIANFO, found_city
from tests.support.followed_alert import Followed
from tests.support.gateway import Gateway, running_gateway
from tests.support.postgres import Emptying, worker_database
from tests.support.running import Running, Workplace, running_service, workplace
from tests.support.strict_loop import StrictLoop
from tests.support.watched_city import City

BACKENDS = ("sqlite", "postgresql")
_WHOLE_ACTIONS = {"work", "service", "followed", "watched_city"}
_RAM = Path("/dev/shm")
_ROOM = 1 << 30

# Rendering rich tracebacks takes seconds while a database is down.
structlog.configure(
    processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
)

# Neither a busy machine nor chance may make the default run fail: it draws the same examples each
# time. With `--long` others are drawn; a failure prints how to repeat it.
settings.register_profile("alerting", deadline=None, derandomize=True, max_examples=25)
settings.register_profile(
    "long", deadline=None, derandomize=False, print_blob=True, max_examples=100
)
settings.load_profile("alerting")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option `--long`, which also runs the long histories."""
    parser.addoption("--long", action="store_true", help="run also what is marked as long")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the number of examples per property: more with `--long`."""
    if config.getoption("long"):
        settings.load_profile("long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests that only `--long` runs: long histories, and one of two backends."""
    if config.getoption("long"):
        return
    left_out = [item for item in items if item.get_closest_marker("long") or _is_halved(item)]
    config.hook.pytest_deselected(items=left_out)
    chosen = set(items).difference(left_out)
    items[:] = [item for item in items if item in chosen]


def pytest_collection_finish() -> None:
    """Spare the garbage collector all that is imported and collected, which stays to the end."""
    gc.freeze()


def _is_halved(item: pytest.Item) -> bool:
    """Return whether the default run skips this test, because it runs on the other backend.

    Tests of statements always run on both databases. A test of a whole action, through the runtime
    or the service, runs on one database by default, chosen by a checksum of its name.
    """
    if not isinstance(item, pytest.Function) or not _WHOLE_ACTIONS & set(item.fixturenames):
        return False
    backend = getattr(item, "callspec", None) and item.callspec.params.get("database_url")
    name = item.nodeid.replace(str(backend), "", 1)
    return backend is not None and backend != BACKENDS[zlib.crc32(name.encode()) % len(BACKENDS)]


class _Compiled(LRUCache[Any, Any]):
    """Compiled statements shared by all engines of a dialect, as each test has its own engine."""

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
    # Without this cache, compiling statements takes a quarter of a run.
    connection.execution_options(compiled_cache=_compiled)


@event.listens_for(Engine, "connect")
def reverse_what_is_not_ordered(dbapi_connection: Any, _record: Any) -> None:
    # PostgreSQL mostly returns rows in insertion order: a test that relies on order fails on one.
    if isinstance(dbapi_connection, sqlite3.Connection):
        dbapi_connection.execute("PRAGMA reverse_unordered_selects = ON")


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run every test on a loop that fails it if it leaves a connection open."""
    return {"strict": StrictLoop}


@pytest.fixture(scope="session")
def postgres_server(
    tmp_path_factory: pytest.TempPathFactory, testrun_uid: str, worker_id: str
) -> Iterator[str]:
    """Yield the URL of this worker's migrated database on the run's PostgreSQL server."""
    lock = tmp_path_factory.getbasetemp().parent / "postgres.lock"
    with worker_database(testrun_uid, f"worker_{worker_id}", lock) as url:
        yield url


@pytest.fixture(scope="session")
def emptying(postgres_server: str) -> Iterator[Emptying]:
    """Yield the object that empties this worker's PostgreSQL database after a test."""
    emptying = Emptying(postgres_server)
    yield emptying
    emptying.close()


@pytest.fixture(scope="session")
def ram_disk() -> Iterator[Path | None]:
    """Yield a folder in memory if there is room, because SQLite waits for a disk at each commit."""
    if not _RAM.is_dir() or shutil.disk_usage(_RAM).free < _ROOM:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="alerting-", dir=_RAM) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of an empty, migrated database: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        yield from _sqlite(request, tmp_path)
        return
    url: str = request.getfixturevalue("postgres_server")
    emptying: Emptying = request.getfixturevalue("emptying")
    yield url
    emptying.empty()


def _sqlite(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    template: Path = request.getfixturevalue("sqlite_template")
    ram_disk: Path | None = request.getfixturevalue("ram_disk")
    with tempfile.TemporaryDirectory(dir=ram_disk or tmp_path) as folder:
        yield f"sqlite:///{shutil.copy(template, Path(folder, 'alerting.db'))}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine that writes to a fresh database."""
    engine = writer_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def city(engine: Engine) -> Engine:
    """A database with the tests' city and an alert whose roll is empty."""
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
    """A gateway process shared by all tests; each test has its own sender number."""
    with running_gateway() as gateway:
        yield gateway


@pytest.fixture
async def work(database_url: str) -> AsyncIterator[Workplace]:
    """The city and a runtime, without a server."""
    async with workplace(database_url) as place:
        yield place


@pytest.fixture
async def followed(work: Workplace) -> Followed:
    """An alert for Qianfo, on a clock that the test sets."""
    raised = await work.raised("grid", QIANFO)
    return Followed(work, raised.alert.id, raised.alert.sent)


@pytest.fixture
async def service(database_url: str, gateway: Gateway) -> AsyncIterator[Running]:
    """The service as deployed, on a loopback port, with the gateway as its provider."""
    async with running_service(database_url, gateway) as running:
        yield running
    gateway.set_faults()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Print, after pytest's summary, the databases used, the recorded properties and the skips."""
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
