"""On PostgreSQL a unit rolled back because of another process's transaction is retried.

SQLite allows only one writer at a time, so such conflicts cannot happen there.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pytest
from sqlalchemy import Connection, Engine, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from alerting.database.engine import Database, writer_engine
from alerting.database.tables import heartbeat
from alerting.ledger.hints import Topic
from alerting.ledger.writer import Ledger, Transaction
from tests.support.city import NOW, POLICY, after

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def woken() -> list[Topic]:
    return []


def _beat_of(number: int) -> Callable[[Transaction], int]:
    def unit(transaction: Transaction) -> int:
        transaction.connection.execute(insert(heartbeat).values(id=number, at=NOW))
        return number

    return unit


def _locked_heartbeat(connection: Connection, number: int) -> None:
    row = select(heartbeat.c.id).where(heartbeat.c.id == number).with_for_update()
    connection.execute(row).one()


def _is_waited_for(connection: Connection) -> bool:
    """Return whether another transaction waits for a lock that this connection holds."""
    waiting = text(
        "SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    )
    return bool(connection.execute(waiting).scalar_one())


def _deadlocked(rival: Engine) -> tuple[Callable[[Transaction], str], threading.Thread, list[int]]:
    """Return a unit that locks row 1, then 2, and a rival thread that locks row 2, then 1."""
    has_one, has_two, is_over = threading.Event(), threading.Event(), threading.Event()
    runs = list[int]()

    def cross() -> None:
        with rival.begin() as connection:
            # The unit must be the one that detects the deadlock, because the detector is rolled
            # back.
            connection.execute(text("SET LOCAL deadlock_timeout = '1min'"))
            _locked_heartbeat(connection, 2)
            has_two.set()
            has_one.wait()
            _locked_heartbeat(connection, 1)
        is_over.set()

    def unit(transaction: Transaction) -> str:
        runs.append(1)
        has_two.wait()
        if len(runs) > 1:
            # The retry may lock row 1 before the rival wakes, and would then be rolled back again.
            is_over.wait()
        _locked_heartbeat(transaction.connection, 1)
        has_one.set()
        while len(runs) == 1 and not _is_waited_for(transaction.connection):
            time.sleep(0.01)
        transaction.connection.execute(text("SET LOCAL deadlock_timeout = '10ms'"))
        _locked_heartbeat(transaction.connection, 2)
        transaction.connection.execute(update(heartbeat).values(at=after(len(runs))))
        return "written"

    return unit, threading.Thread(target=cross), runs


@pytest.mark.parametrize("beside", [0, 3])
def test_deadlock_victim_is_retried(database: Database, woken: list[Topic], beside: int) -> None:
    rival = writer_engine(database.url)
    unit, rivalling, runs = _deadlocked(rival)

    async def scenario() -> None:
        ledger = Ledger(database, woken.append, POLICY)
        await asyncio.gather(ledger.write(_beat_of(1)), ledger.write(_beat_of(2)))
        rivalling.start()
        others = (ledger.write(_beat_of(10 + number)) for number in range(beside))
        results = await asyncio.gather(ledger.write(unit), *others)
        assert results == ["written", *range(10, 10 + beside)]
        await ledger.close()

    asyncio.run(scenario())
    rivalling.join()
    rival.dispose()
    assert len(runs) == 2
    kept = select(heartbeat.c.at).where(heartbeat.c.id <= 2)
    assert set(database.look(lambda db: db.execute(kept).scalars().all())) == {after(2)}


def test_serialization_failure_is_retried(database: Database, woken: list[Topic]) -> None:
    rival = writer_engine(database.url)
    seen: list[object] = []

    def handler(transaction: Transaction, items: Sequence[int]) -> Sequence[int]:
        transaction.connection.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
        seen.append(transaction.connection.execute(select(heartbeat.c.at)).scalar_one())
        if len(seen) == 1:
            with rival.begin() as connection:
                connection.execute(update(heartbeat).values(at=after(1)))
        transaction.connection.execute(update(heartbeat).values(at=after(2)))
        return items

    async def scenario() -> None:
        ledger = Ledger(database, woken.append, POLICY)
        await ledger.write(_beat_of(1))
        assert await ledger.write_item(handler, 7) == 7
        await ledger.close()

    asyncio.run(scenario())
    rival.dispose()
    assert seen == [NOW, after(1)]
    assert database.look(lambda db: db.execute(select(heartbeat.c.at)).scalar_one()) == after(2)


@pytest.mark.parametrize(("state", "tries"), [("40P01", 5), ("40001", 5), ("23505", 1)])
def test_retries_are_bounded_and_only_for_conflicts(
    database: Database, woken: list[Topic], state: str, tries: int
) -> None:
    runs: list[int] = []

    def unit(transaction: Transaction) -> None:
        runs.append(1)
        transaction.topics.add(("deliveries", "5119"))
        raising = f"DO $$ BEGIN RAISE EXCEPTION 'as asked' USING ERRCODE = '{state}'; END $$"
        transaction.connection.execute(text(raising))

    async def scenario() -> None:
        ledger = Ledger(database, woken.append, POLICY)
        with pytest.raises(DBAPIError, match="as asked"):
            await ledger.write(unit)
        assert await ledger.write(_beat_of(1)) == 1
        await ledger.close()

    asyncio.run(scenario())
    assert len(runs) == tries
    assert woken == []
