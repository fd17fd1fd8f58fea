"""Engines for writing and reading, reader threads, and coalesced reads."""

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url

from alerting.database.keys import check_keys, check_once
from contacts.encryption.keys import KEYS, key_file_of

_T = TypeVar("_T")

_K = TypeVar("_K")

_V = TypeVar("_V")

_READERS: Final = 4

_BUSY_MILLISECONDS: Final = 5_000
"""SQLite's busy timeout. A request may wait for it twice; a provider's callback ends at 15 s."""

_CACHE_KIBIBYTES: Final = 16 * 1024
"""Page cache of a connection. SQLite's default of 2 MiB is too small for a city's indexes."""

_CHECKPOINT_PAGES: Final = 4_000
"""Size of the write-ahead log at which a checkpoint starts, in pages of 4 KiB.

More frequent checkpoints would write the same pages again and again.
"""

_PAUSE_MILLISECONDS: Final = 10_000


class Database:
    """A writer engine and a reader engine for one SQLite file or PostgreSQL database.

    Reads run on a pool of threads, and each sees one consistent snapshot. Writes go through
    `alerting.ledger.writer.Ledger`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.writer = writer_engine(url)
        if self.writer.dialect.name == "postgresql":
            event.listen(self.writer, "connect", _end_pauses)
        self._reader = _reader_engine(url)
        check_once(self.writer)
        check_once(self._reader)
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix="reader")
        self._together: dict[Callable[..., Any], CoalescedReads[Any, Any]] = {}

    async def read(self, query: Callable[[Connection], _T]) -> _T:
        """Run `query` in one transaction on a reader thread, and return its result."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.look, query)

    async def read_together(
        self, query: Callable[[Connection, Collection[_K]], Mapping[_K, _V]], key: _K
    ) -> _V | None:
        """Coalesce concurrent reads of `query` into one; return its value for `key`, or None.

        `query` must be a module-level function, because calls coalesce only if they pass the same
        function object. If `query` raises an exception, every waiting caller gets it.
        """
        together = self._together.get(query)
        if together is None:
            together = CoalescedReads(lambda keys: self.read(lambda db: query(db, keys)))
            self._together[query] = together
        found: _V | None = await together.ask(key)
        return found

    def look(self, query: Callable[[Connection], _T]) -> _T:
        """Run `query` in one transaction on the calling thread, and return its result."""
        with self._reader.begin() as connection:
            return query(connection)

    def close(self) -> None:
        """Wait until all reads have ended, then close every connection."""
        self._threads.shutdown()
        self.writer.dispose()
        self._reader.dispose()


def writer_engine(url: str) -> Engine:
    """Return an engine whose transactions may write.

    On SQLite each transaction begins with BEGIN IMMEDIATE. A deferred transaction that upgrades
    from reading to writing can fail at once, whatever the busy timeout.
    """
    _keep_private(url)
    # Pings let requests survive a restart of the server: a provider may not repeat its callback.
    engine = create_engine(url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, "BEGIN IMMEDIATE")
    _use_keys(engine)
    return engine


def _use_keys(engine: Engine) -> None:
    """Make each transaction encrypt and decrypt with the current content of the key file."""
    file = key_file_of(engine.url.render_as_string(hide_password=False))
    KEYS.forget()

    @event.listens_for(engine, "begin")
    def began(_connection: Connection) -> None:
        KEYS.use(file)


def _keep_private(url: str) -> None:
    """Let only the owner read an SQLite file; SQLite gives the journals the same mode."""
    file = _file_of(url)
    if file is None:
        return
    # An existing file must not be opened here. Closing it would release the locks that this
    # process's SQLite connections hold on it, and two processes could write at once. An OSError is
    # ignored because the engine reports a missing folder or permission itself.
    with suppress(OSError):
        if not os.path.exists(file):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
        elif stat.S_IMODE(os.stat(file).st_mode) & 0o077:
            os.chmod(file, 0o600)


def _file_of(url: str) -> str | None:
    """Return the path of an SQLite database file; None for a database in memory or on a server."""
    parsed = make_url(url)
    file = parsed.database or ""
    is_file = parsed.get_backend_name() == "sqlite" and not file.startswith("file:")
    return file if is_file and file not in {"", ":memory:"} else None


def existing(url: str) -> str:
    """Return `url` unchanged, after checking that its SQLite file exists.

    Raises:
        ValueError: if the file does not exist, because SQLite would create an empty file.
    """
    file = _file_of(url)
    if file is not None and not os.path.exists(file):
        raise ValueError(
            f"{file}: there is no such database; run the command in the service's folder, or set "
            "ALERTING_DATABASE_URL"
        )
    return url


@contextmanager
def writing(url: str) -> Iterator[Connection]:
    """Open one write transaction on an engine of its own, for a command-line command."""
    engine = writer_engine(url)
    try:
        with engine.begin() as connection:
            check_keys(connection)
            yield connection
    finally:
        engine.dispose()


def _reader_engine(url: str) -> Engine:
    # LIFO: the connection used last has the most useful page cache, so it is used again first.
    pool: dict[str, Any] = {"pool_size": _READERS, "max_overflow": 2, "pool_use_lifo": True}
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, **pool)
        _prepare_sqlite(engine, "BEGIN")
    else:
        engine = create_engine(
            url,
            **pool,
            pool_pre_ping=True,
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True},
        )
    _use_keys(engine)
    return engine


def _prepare_sqlite(engine: Engine, begin: str) -> None:
    @event.listens_for(engine, "connect")
    def connected(dbapi_connection: Any, _record: Any) -> None:
        # The driver's default begins a transaction only at the first write; reads come before it.
        dbapi_connection.isolation_level = None
        for pragma in (
            f"busy_timeout={_BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"cache_size=-{_CACHE_KIBIBYTES}",
            f"wal_autocheckpoint={_CHECKPOINT_PAGES}",
        ):
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def began(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    @event.listens_for(engine, "handle_error")
    def failed(context: ExceptionContext) -> None:
        # When a disk is full or fails, SQLite rolls the transaction back and would autocommit each
        # following statement. So the connection is discarded.
        driver = context.connection and context.connection.connection.dbapi_connection
        if driver and not driver.in_transaction:
            context.is_disconnect = True
            context.invalidate_pool_on_disconnect = False


def _end_pauses(dbapi_connection: Any, _record: Any) -> None:
    """Tell the PostgreSQL server to end a transaction that is idle for 10 s.

    Otherwise a suspended process would keep its locks, and all other processes would wait.
    """
    dbapi_connection.execute(f"SET idle_in_transaction_session_timeout = {_PAUSE_MILLISECONDS}")
    dbapi_connection.commit()


class CoalescedReads(Generic[_K, _V]):
    """Coalesces concurrent reads: each read serves all the keys that callers are waiting for.

    One read runs at a time, and callers who arrive meanwhile share the next. Nothing is cached: a
    read that begins after the call sees everything committed before the call. A thousand
    concurrent calls cost about two reads.
    """

    def __init__(
        self,
        read: Callable[[Collection[_K]], Awaitable[Mapping[_K, _V]]],
    ) -> None:
        self._read = read
        self._one_at_a_time = asyncio.Lock()
        self._asked: set[_K] = set()
        self._next: asyncio.Task[Mapping[_K, _V]] | None = None
        """The read that waits for the running one to end; None if no caller waits for it."""

    async def ask(self, key: _K) -> _V | None:
        """Return the value read for `key`, or None; re-raise an exception of the shared read."""
        self._asked.add(key)
        if self._next is None:
            self._next = asyncio.create_task(self._read_next())
        # Without the shield, cancelling one caller would cancel the read that others share.
        return (await asyncio.shield(self._next)).get(key)

    async def _read_next(self) -> Mapping[_K, _V]:
        async with self._one_at_a_time:
            asked, self._asked, self._next = self._asked, set(), None
            return await self._read(asked)
