"""The writer: waiting units share a commit, bad units fail alone, callers wait for the commit."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, insert, select, text
from sqlalchemy.exc import OperationalError

from alerting.database.engine import Database, writing
from alerting.database.tables import heartbeat
from alerting.errors import ConflictError, LedgerClosedError, ReadOnlyError
from alerting.ledger import writer
from alerting.ledger.alerts import events_after, last_seq
from alerting.ledger.events.alerts import AlertClosed
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.officers import DarkTold
from alerting.ledger.hints import Topic
from alerting.ledger.writer import Ledger, Transaction
from alerting.migrations.upgrade import migrate
from tests.support.alert_rows import stored_alert
from tests.support.city import NOW, POLICY
from tests.support.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.both_databases


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def woken() -> list[Topic]:
    return []


def test_write_returns_after_the_commit(database: Database, woken: list[Topic]) -> None:
    async def scenario() -> None:
        ledger = Ledger(database, woken.append, POLICY)
        alert = await ledger.write(lambda tx: stored_alert(tx.connection))
        seq = await ledger.write(lambda tx: tx.append(alert, AlertClosed(), NOW, division="5119"))
        assert seq == 1
        events = await database.read(lambda db: events_after(db, alert, 0, 10))
        assert [(e.seq, e.kind, e.at, e.division) for e in events] == [
            (1, EventKind.ALERT_CLOSED, NOW, "5119")
        ]
        assert ("alerts", "5119") in woken
        await ledger.close()

    asyncio.run(scenario())


def test_concurrent_writers_leave_no_gaps_in_positions(
    database: Database, woken: list[Topic]
) -> None:
    async def scenario() -> None:
        ledgers = [Ledger(database, woken.append, POLICY) for _ in range(3)]
        alert = await ledgers[0].write(lambda tx: stored_alert(tx.connection))
        await asyncio.gather(
            *(
                ledgers[n % 3].write(lambda tx: tx.append(alert, AlertClosed(), NOW))
                for n in range(60)
            )
        )
        events = await database.read(lambda db: events_after(db, alert, 0, 100))
        assert [event.seq for event in events] == list(range(1, 61))
        assert await database.read(lambda db: last_seq(db, alert)) == 60
        for ledger in ledgers:
            await ledger.close()

    asyncio.run(scenario())


def test_bad_unit_fails_alone(database: Database, woken: list[Topic]) -> None:
    async def scenario() -> list[object]:
        ledger = Ledger(database, woken.append, POLICY)
        alert = await ledger.write(lambda tx: stored_alert(tx.connection))

        def bad(transaction: Transaction) -> None:
            transaction.append(alert, DarkTold(), NOW)
            transaction.connection.execute(text("SELECT no_such_column"))

        results = await asyncio.gather(
            *(
                ledger.write(bad if n == 5 else lambda tx: tx.append(alert, AlertClosed(), NOW))
                for n in range(10)
            ),
            return_exceptions=True,
        )
        events = await database.read(lambda db: events_after(db, alert, 0, 100))
        assert [event.kind for event in events] == [EventKind.ALERT_CLOSED] * 9
        await ledger.close()
        return [*results]

    results = asyncio.run(scenario())
    assert isinstance(results[5], Exception)
    assert sum(isinstance(result, int) for result in results) == 9


def test_refusal_does_not_rerun_other_units(database: Database, woken: list[Topic]) -> None:
    runs: list[str] = []

    async def scenario() -> None:
        ledger = Ledger(database, woken.append, POLICY)
        alert = await ledger.write(lambda tx: stored_alert(tx.connection))

        def refuse(transaction: Transaction) -> None:
            runs.append("refused")
            transaction.append(alert, DarkTold(), NOW, division="5119")
            transaction.connection.execute(insert(heartbeat).values(id=7, at=NOW))
            raise ConflictError("not now")

        def take(transaction: Transaction) -> int:
            runs.append("taken")
            return transaction.append(alert, AlertClosed(), NOW)

        units = [take, refuse, take, refuse, take]
        results = await asyncio.gather(*(ledger.write(u) for u in units), return_exceptions=True)
        assert [result for result in results if isinstance(result, int)] == [1, 2, 3]
        assert sum(isinstance(result, ConflictError) for result in results) == 2
        assert len(runs) == 5
        events = await database.read(lambda db: events_after(db, alert, 0, 10))
        assert [(event.seq, event.kind) for event in events] == [
            (1, EventKind.ALERT_CLOSED),
            (2, EventKind.ALERT_CLOSED),
            (3, EventKind.ALERT_CLOSED),
        ]
        assert await database.read(lambda db: db.execute(select(heartbeat.c.id)).all()) == []
        assert ("alerts", "5119") not in woken
        await ledger.close()

    asyncio.run(scenario())


def test_waiting_items_are_handled_in_batches(database: Database, woken: list[Topic]) -> None:
    sizes: list[int] = []

    def handler(_transaction: Transaction, items: Sequence[int]) -> list[int]:
        sizes.append(len(items))
        return [item * 2 for item in items]

    async def scenario() -> list[int]:
        ledger = Ledger(database, woken.append, POLICY)
        doubled = await asyncio.gather(*(ledger.write_item(handler, n) for n in range(200)))
        await ledger.close()
        return doubled

    assert asyncio.run(scenario()) == [n * 2 for n in range(200)]
    assert sum(sizes) == 200
    assert len(sizes) < 50


def test_own_transaction_is_not_shared(database: Database, woken: list[Topic]) -> None:
    used: list[tuple[bool, Connection]] = []

    def unit(*, alone: bool) -> Callable[[Transaction], None]:
        return lambda transaction: used.append((alone, transaction.connection))

    async def scenario() -> None:
        ledger = Ledger(database, woken.append, POLICY)
        await asyncio.gather(
            *(ledger.write(unit(alone=n % 2 == 1), own_transaction=n % 2 == 1) for n in range(20))
        )
        await ledger.close()

    asyncio.run(scenario())
    assert len(used) == 20
    connections = [connection for _, connection in used]
    alone = {connections.count(connection) for was_alone, connection in used if was_alone}
    assert alone == {1}
    assert len(set(connections)) < 20


def test_shared_units_go_before_waiting_own_transactions(
    database: Database, woken: list[Topic], monkeypatch: pytest.MonkeyPatch
) -> None:
    # With no time allowed, the writer looks for shared units after each own transaction.
    monkeypatch.setattr(writer, "_OWN_TRANSACTIONS_SECONDS", -1.0)
    order: list[str] = []
    are_raised, is_long, is_answered = (threading.Event() for _ in range(3))

    def hold(_transaction: Transaction) -> None:
        assert are_raised.wait(PATIENCE_SECONDS)

    def long(_transaction: Transaction) -> None:
        is_long.set()
        assert is_answered.wait(PATIENCE_SECONDS)

    def answers(_transaction: Transaction, items: Sequence[str]) -> Sequence[str]:
        order.extend(items)
        return items

    async def scenario() -> None:
        ledger = Ledger(database, woken.append, POLICY)
        units: list[Callable[[Transaction], None]] = [
            *(hold, long),
            lambda _transaction: order.append("raise"),
        ]
        raising = [
            asyncio.ensure_future(ledger.write(unit, own_transaction=True)) for unit in units
        ]
        await asyncio.sleep(0)
        are_raised.set()
        assert await asyncio.to_thread(is_long.wait, PATIENCE_SECONDS)
        answering = asyncio.ensure_future(ledger.write_item(answers, "answer"))
        await asyncio.sleep(0)
        is_answered.set()
        await asyncio.gather(answering, *raising)
        await ledger.close()

    asyncio.run(scenario())
    assert order == ["answer", "raise"]


def test_sessions_go_before_other_own_transactions(database: Database, woken: list[Topic]) -> None:
    order: list[str] = []
    are_queued = threading.Event()

    async def scenario() -> None:
        ledger = Ledger(database, woken.append, POLICY)
        units = [
            ledger.write(lambda _tx: are_queued.wait(PATIENCE_SECONDS)),
            ledger.write(lambda _tx: order.append("raise"), own_transaction=True),
            ledger.write_session(lambda _tx: order.append("session")),
        ]
        waiting = [asyncio.ensure_future(unit) for unit in units]
        await asyncio.sleep(0)
        are_queued.set()
        await asyncio.gather(*waiting)
        await ledger.close()

    asyncio.run(scenario())
    assert order == ["session", "raise"]


def test_refused_own_transaction_writes_nothing(database: Database, woken: list[Topic]) -> None:
    def refuse(transaction: Transaction) -> None:
        transaction.connection.execute(insert(heartbeat).values(id=7, at=NOW))
        raise ConflictError("not now")

    async def scenario() -> None:
        ledger = Ledger(database, woken.append, POLICY)
        with pytest.raises(ConflictError):
            await ledger.write(refuse, own_transaction=True)
        assert await database.read(lambda db: db.execute(select(heartbeat.c.id)).all()) == []
        await ledger.close()

    asyncio.run(scenario())


def test_failed_begin_fails_all_waiting_units_at_once(tmp_path: Path) -> None:
    """If each unit waited for its own timeout, the hundredth would fail after minutes."""
    url = f"sqlite:///{tmp_path / 'alerting.db'}"
    migrate(url)
    database = Database(url)
    failed: list[object] = []
    event.listen(database.writer, "handle_error", failed.append)
    event.listen(database.writer, "connect", _wait_a_tenth_of_a_second)

    async def scenario() -> list[object]:
        ledger = Ledger(database, lambda _topic: None, POLICY)
        with writing(url):
            waiting = (ledger.write(lambda _tx: None) for _ in range(5))
            results = await asyncio.gather(*waiting, return_exceptions=True)
        assert await ledger.write(lambda _tx: "taken") == "taken"
        await ledger.close()
        return [*results]

    results = asyncio.run(scenario())
    database.close()
    assert [type(result) for result in results] == [OperationalError] * 5
    # One attempt for the first unit, and at most one for the batch that gathered meanwhile.
    assert 1 <= len(failed) <= 2


def _wait_a_tenth_of_a_second(dbapi_connection: sqlite3.Connection, _record: object) -> None:
    dbapi_connection.execute("PRAGMA busy_timeout = 100")


def test_shared_at_most_1_handles_items_singly(database: Database, woken: list[Topic]) -> None:
    sizes: list[int] = []

    def handler(_transaction: Transaction, items: Sequence[int]) -> Sequence[int]:
        sizes.append(len(items))
        return items

    async def scenario() -> None:
        ledger = Ledger(database, woken.append, POLICY, shared_at_most=1)
        await asyncio.gather(*(ledger.write_item(handler, n) for n in range(20)))
        await ledger.close()

    asyncio.run(scenario())
    assert sizes == [1] * 20


def test_rolled_back_unit_wakes_nobody(database: Database, woken: list[Topic]) -> None:
    async def scenario() -> None:
        ledger = Ledger(database, woken.append, POLICY)

        def bad(transaction: Transaction) -> None:
            transaction.topics.add(("deliveries", "5119"))
            raise RuntimeError

        with pytest.raises(RuntimeError):
            await ledger.write(bad)
        await ledger.close()

    asyncio.run(scenario())
    assert woken == []


def test_closing_ledger_commits_waiting_units_and_refuses_new_ones(
    database: Database, woken: list[Topic]
) -> None:
    async def scenario() -> None:
        ledger = Ledger(database, woken.append, POLICY)
        pending = [asyncio.ensure_future(ledger.write(_beat_of(number))) for number in range(20)]
        await asyncio.sleep(0)
        await ledger.close()
        assert await asyncio.gather(*pending) == list(range(20))
        with pytest.raises(LedgerClosedError):
            await ledger.write(lambda _: None)
        written = await database.read(lambda db: list(db.execute(select(heartbeat.c.id)).scalars()))
        assert sorted(written) == list(range(20))

    asyncio.run(scenario())


def _beat_of(number: int):  # type: ignore[no-untyped-def]
    def unit(transaction: Transaction) -> int:
        transaction.connection.execute(insert(heartbeat).values(id=number, at=NOW))
        return number

    return unit


def test_read_only_ledger_accepts_only_sessions(database: Database, woken: list[Topic]) -> None:
    async def scenario() -> None:
        ledger = Ledger(database, woken.append, POLICY, read_only=True)
        with pytest.raises(ReadOnlyError):
            await ledger.write(lambda tx: stored_alert(tx.connection))
        with pytest.raises(ReadOnlyError):
            await ledger.write_item(lambda _tx, items: items, 1)
        await ledger.write_session(
            lambda tx: tx.connection.execute(insert(heartbeat).values(id=1, at=NOW))
        )
        await ledger.close()

    asyncio.run(scenario())
    assert database.look(lambda db: db.execute(select(heartbeat.c.at)).scalar_one()) == NOW
