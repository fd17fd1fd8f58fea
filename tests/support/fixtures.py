"""Fixtures for all tests: databases of both kinds, a gateway, and a running service.

`tests/conftest.py` loads this module in each process that runs tests.
"""

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache

from alerting.config import Loops
from alerting.database.engine import writer_engine
from tests.support import compiled_patterns
from tests.support.alert_rows import stored_alert
from tests.support.backends import BACKENDS
from tests.support.city import QIANFO, found_city
from tests.support.followed_alert import Followed
from tests.support.gateway import Gateway, running_gateway
from tests.support.key_file import KEY_FILE, migrate_with_tests_key
from tests.support.memory import memory
from tests.support.postgres import Emptying, worker_database
from tests.support.running import Running, Workplace, running_service, workplace
from tests.support.strict_loop import StrictLoop
from tests.support.watched_city import City

os.environ["ALERTING_KEY_FILE"] = KEY_FILE
compiled_patterns.keep()

# Rendering rich tracebacks would take seconds in tests with a database that is down.
structlog.configure(
    processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
)


class _Compiled(LRUCache[Any, Any]):
    """A cache of compiled statements for all engines of a dialect; each test has its own engine."""

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
    # Without this cache, compiling statements takes a quarter of a test run's time.
    connection.execution_options(compiled_cache=_compiled)


@event.listens_for(Engine, "connect")
def reverse_what_is_not_ordered(dbapi_connection: Any, _record: Any) -> None:
    # With this setting, SQLite returns unordered rows in reverse, while PostgreSQL mostly returns
    # them in insertion order. A test that relies on their order fails on one of the two.
    if isinstance(dbapi_connection, sqlite3.Connection):
        dbapi_connection.execute("PRAGMA reverse_unordered_selects = ON")


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run every test on a loop that fails the test if it leaves a connection open."""
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
    """Yield an `Emptying`, which empties this worker's PostgreSQL database after a test."""
    emptying = Emptying(postgres_server)
    yield emptying
    emptying.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite file, which tests copy."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate_with_tests_key(f"sqlite:///{file}")
    return file


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the URL of an empty, migrated database: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        yield from _sqlite(request)
        return
    url: str = request.getfixturevalue("postgres_server")
    emptying: Emptying = request.getfixturevalue("emptying")
    yield url
    emptying.empty()


def _sqlite(request: pytest.FixtureRequest) -> Iterator[str]:
    template: Path = request.getfixturevalue("sqlite_template")
    # The file is in memory, because SQLite waits for a disk at each commit.
    with tempfile.TemporaryDirectory(prefix="alerting-", dir=memory()) as folder:
        yield f"sqlite:///{shutil.copy(template, Path(folder, 'alerting.db'))}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Yield an engine that writes to an empty database."""
    engine = writer_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def city(engine: Engine) -> Engine:
    """Return an engine of a database with the tests' city and an alert with an empty roll."""
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
    return engine


@pytest.fixture
async def watched_city(database_url: str) -> AsyncIterator[City]:
    """Yield a small city with an open alert, for boards that watch it."""
    city = City(database_url)
    await city.open()
    yield city
    await city.close()


@pytest.fixture(scope="session")
def gateway() -> Iterator[Gateway]:
    """Yield a gateway process shared by all tests; each test uses its own sender number."""
    with running_gateway() as gateway:
        yield gateway


@pytest.fixture
async def work(database_url: str) -> AsyncIterator[Workplace]:
    """Yield a runtime on the city, without a server."""
    async with workplace(database_url) as place:
        yield place


@pytest.fixture
async def followed(work: Workplace) -> Followed:
    """Raise an alert for Qianfo, on a clock that the test sets."""
    raised = await work.raised("grid", QIANFO)
    return Followed(work, raised.alert.id, raised.alert.sent)


@pytest.fixture
async def service(
    request: pytest.FixtureRequest, database_url: str, gateway: Gateway
) -> AsyncIterator[Running]:
    """Yield the service as deployed, on a loopback port, with the gateway as its provider.

    It sends only in tests marked `sends`. Most tests only read queued deliveries, and sending a
    text to each household would take longer than the rest of the test.
    """
    sends = request.node.get_closest_marker("sends") is not None
    loops = Loops.DELIVER if sends else Loops.API
    async with running_service(database_url, gateway, loops=loops) as running:
        yield running
    if sends:
        gateway.set_faults()
