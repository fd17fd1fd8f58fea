"""Engines: writers lock as they begin, and readers see one snapshot and cannot write."""

import asyncio
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import DBAPIError, PendingRollbackError

from alerting.database.engine import Database, writer_engine
from alerting.database.lease import beat
from alerting.database.tables import heartbeat
from alerting.migrations.upgrade import migrate
from tests.support.city import NOW, after

pytestmark = pytest.mark.both_databases


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def test_only_the_owner_can_read_the_sqlite_file(tmp_path: Path) -> None:
    for name, made in (("new.db", None), ("old.db", 0o644)):
        file = tmp_path / name
        if made:
            file.touch(made)
        engine = writer_engine(f"sqlite:///{file}")
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE a (b)"))
            modes = [stat.S_IMODE(each.stat().st_mode) for each in tmp_path.glob(f"{name}*")]
            assert (set(modes), len(modes)) == ({0o600}, 3)
        engine.dispose()


def last_beat(connection: Connection) -> object:
    return connection.execute(select(heartbeat.c.at)).scalar_one_or_none()


def test_another_engine_keeps_the_locks_of_open_connections(tmp_path: Path) -> None:
    """If the locks were lost, another process would delete the write-ahead log when it closes."""
    file = tmp_path / "alerting.db"
    program = f"import sqlite3; sqlite3.connect({str(file)!r}).execute('SELECT * FROM kept')"
    first = writer_engine(f"sqlite:///{file}")
    with first.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (x)")
        connection.commit()
        writer_engine(f"sqlite:///{file}").dispose()
        subprocess.run([sys.executable, "-c", program], check=True)
        assert Path(f"{file}-wal").exists()
    first.dispose()


async def test_reads_run_beside_a_writer_and_see_only_commits(database: Database) -> None:
    with database.writer.begin() as connection:
        beat(connection, NOW)
        seen = await asyncio.gather(*(database.read(last_beat) for _ in range(6)))
        assert seen == [None] * 6
    assert await database.read(last_beat) == NOW


def beats(connection: Connection, keys: Collection[int]) -> dict[int, object]:
    """Return the last heartbeat and the number of coalesced keys, by key; fail for key 0."""
    assert all(keys)
    return {key: (last_beat(connection), len(keys)) for key in keys}


def doubled(_connection: Connection, keys: Collection[int]) -> dict[int, int]:
    return {key: 2 * key for key in keys}


def negated(_connection: Connection, keys: Collection[int]) -> dict[int, int]:
    return {key: -key for key in keys}


async def test_different_queries_are_not_coalesced(database: Database) -> None:
    asking = (database.read_together(query, 7) for query in (doubled, negated))
    assert await asyncio.gather(*asking) == [14, -7]


async def test_concurrent_reads_of_one_query_are_coalesced(database: Database) -> None:
    got = await asyncio.gather(*(database.read_together(beats, key) for key in range(1, 51)))
    assert got == [(None, 50)] * 50
    with database.writer.begin() as connection:
        beat(connection, NOW)
    assert await database.read_together(beats, 1) == (NOW, 1)
    with pytest.raises(AssertionError):
        await database.read_together(beats, 0)


def test_read_sees_one_snapshot_during_a_write(database: Database) -> None:
    with database.writer.begin() as connection:
        beat(connection, NOW)

    def twice(reading: Connection) -> tuple[object, object]:
        first = last_beat(reading)
        with database.writer.begin() as connection:
            beat(connection, after(5))
        return first, last_beat(reading)

    assert database.look(twice) == (NOW, NOW)
    assert database.look(last_beat) == after(5)


def test_reader_uses_the_connection_that_was_used_last(database: Database) -> None:
    def driver(connection: Connection) -> object:
        return connection.connection.dbapi_connection

    both = database.look(lambda first: (driver(first), database.look(driver)))
    assert both[0] is not both[1]
    assert [database.look(driver) for _ in range(2)] == [both[0]] * 2


def test_postgresql_readers_cannot_write(database: Database) -> None:
    if database.writer.dialect.name == "sqlite":
        pytest.skip("SQLite has no read-only transactions")
    with pytest.raises(DBAPIError, match="read-only"):
        database.look(lambda connection: beat(connection, NOW))


def test_idle_transaction_times_out_after_10_seconds(database: Database) -> None:
    if database.writer.dialect.name == "sqlite":
        pytest.skip("SQLite cannot end the transaction of another process")
    with database.writer.begin() as connection:
        setting = text("SHOW idle_in_transaction_session_timeout")
        assert connection.execute(setting).scalar_one() == "10s"


def test_writes_after_an_sqlite_rollback_are_refused(tmp_path: Path) -> None:
    """A full disk rolls the transaction back, and later statements must not be autocommitted."""
    url = f"sqlite:///{tmp_path / 'alerting.db'}"
    migrate(url)
    engine = writer_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE heap (grain BLOB)"))
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text("PRAGMA cache_size = 1"))
        # SQLite reports a reached page limit with the same error as a full disk.
        connection.execute(text(f"PRAGMA max_page_count = {pages + 20}"))

    def fill(connection: Connection) -> None:
        beat(connection, NOW)
        with pytest.raises(DBAPIError, match="full"), connection.begin_nested():
            connection.execute(text("INSERT INTO heap VALUES (zeroblob(400000))"))
        beat(connection, after(5))

    with pytest.raises(PendingRollbackError), engine.begin() as connection:
        fill(connection)
    with engine.begin() as connection:
        assert last_beat(connection) is None
    engine.dispose()


def test_concurrent_writers_lose_no_update(database_url: str) -> None:
    """Each transaction increments a number. A transaction that locks late would lose updates."""
    engine = writer_engine(database_url)
    with engine.begin() as connection:
        beat(connection, NOW)

    def add() -> None:
        for _ in range(10):
            with engine.begin() as connection:
                row = select(heartbeat.c.id, heartbeat.c.at).with_for_update()
                at = connection.execute(row).one().at
                beat(connection, at + (after(1) - NOW))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.begin() as connection:
        assert last_beat(connection) == after(40)
    engine.dispose()


def test_sqlite_is_durable_and_checks_foreign_keys(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'alerting.db'}"
    migrate(url)
    engine = writer_engine(url)
    with engine.begin() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint")
        }
    engine.dispose()
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "wal_autocheckpoint": 4_000,
    }


def test_migrating_twice_changes_nothing(database: Database) -> None:
    tables = set(inspect(database.writer).get_table_names())
    with database.writer.begin() as connection:
        beat(connection, NOW)
    migrate(database.url)
    assert set(inspect(database.writer).get_table_names()) == tables
    count = select(func.count()).select_from(heartbeat)
    assert database.look(lambda db: db.execute(count).scalar_one()) == 1


def test_file_with_other_content_raises_a_database_error(tmp_path: Path) -> None:
    file = tmp_path / "alerting.db"
    file.write_bytes(b"not a database, but as long as the header of one is" * 4)
    engine = writer_engine(f"sqlite:///{file}")
    with pytest.raises(DBAPIError) as failure, engine.begin():
        pass
    assert isinstance(failure.value.orig, sqlite3.DatabaseError)
    engine.dispose()
