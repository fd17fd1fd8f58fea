"""The ledger's single writer: commits units of work in groups, and appends to alerts' logs."""

import asyncio
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Any, Final, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.exc import DBAPIError

from alerting.database.each_row import insert_each
from alerting.database.engine import Database
from alerting.errors import AlertingError, LedgerClosedError, ReadOnlyError
from alerting.ledger.chain import chained, new_salt
from alerting.ledger.events.payload import Payload
from alerting.ledger.hints import ALERTS, Topic
from alerting.ledger.tables import alerts, events
from alerting.metrics import BATCH, COMMIT_SECONDS
from alerting.policy.policy import Policy
from alerting.stopping import LEDGER_SECONDS, UncleanStopError

_Item = TypeVar("_Item")

_Result = TypeVar("_Result")

Handler = Callable[["Transaction", Sequence[_Item]], Sequence[_Result]]

Unit = Callable[["Transaction"], _Result]

_SHARED_AT_MOST: Final = 512

_OWN_TRANSACTIONS_SECONDS: Final = 0.03
"""How long units with their own transaction run before units that share one get a turn."""

_TRIES: Final = 5

_DEADLOCK: Final = "40P01"

_SERIALIZATION_FAILURE: Final = "40001"

_RETRIABLE: Final = frozenset({_DEADLOCK, _SERIALIZATION_FAILURE})
"""SQLSTATEs with which PostgreSQL rolls back a transaction that conflicts with another one."""

_LOCK = (
    select(alerts.c.id, alerts.c.last_seq, alerts.c.chain)
    .where(alerts.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(alerts.c.id)
    .with_for_update()
)

_APPEND = insert_each(events.c)

_ADVANCE = (
    update(alerts)
    .where(alerts.c.id == bindparam("of_alert"))
    .values(last_seq=bindparam("seq"), chain=bindparam("hash"))
)


@dataclass
class Transaction:
    """A transaction in which units of work run: connection, policy, appended facts, wake-ups."""

    connection: Connection
    policy: Policy
    topics: set[Topic] = field(default_factory=set)
    """Topics to publish after the commit; dropped on rollback."""
    _last_seqs: dict[int, int] = field(default_factory=dict)
    """Sequence number of the last log entry by alert id, including entries not yet flushed."""
    _chains: dict[int, str | None] = field(default_factory=dict)
    """Hash of the last log entry in the database by alert id."""
    _appended: list[dict[str, Any]] = field(default_factory=list)
    _touched: set[int] = field(default_factory=set)

    def lock(self, alert_ids: Sequence[int]) -> None:
        """Lock the alerts' rows until the commit, so that log order is commit order."""
        missing = sorted(set(alert_ids) - self._last_seqs.keys())
        if missing:
            rows = self.connection.execute(_LOCK, {"ids": missing}).all()
            self._last_seqs |= {row.id: row.last_seq for row in rows}
            self._chains |= {row.id: row.chain for row in rows}

    def append(
        self,
        alert: int,
        payload: Payload,
        at: datetime,
        *,
        division: str = "",
        subject: str = "",
    ) -> int:
        """Append a fact to the alert's log and return its sequence number, which counts from 1.

        `division` is where it happened, or empty for the whole alert. `subject` is the person or
        household that docs/events.md states for this kind of event.
        """
        if alert not in self._last_seqs:
            self.lock([alert])
        self._last_seqs[alert] += 1
        self._touched.add(alert)
        self._appended.append(
            {
                "alert": alert,
                "seq": self._last_seqs[alert],
                "at": at,
                "kind": payload.kind,
                "division": division,
                "subject": subject,
                "payload": payload.written(),
                "salt": new_salt(),
                "commitment": None,
            }
        )
        self.topics.add((ALERTS, division))
        return self._last_seqs[alert]

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Run the block in a savepoint; if it raises, undo only the block's changes."""
        appended, last_seqs = len(self._appended), dict(self._last_seqs)
        touched, topics = set(self._touched), set(self.topics)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            del self._appended[appended:]
            self._last_seqs, self._touched, self.topics = last_seqs, touched, topics
            raise

    def flush(self) -> None:
        """Insert the appended facts, and update each alert's last position and hash."""
        if not self._appended:
            return
        for entry in self._appended:
            chain = chained(self._chains[entry["alert"]], entry)
            self._chains[entry["alert"]] = entry["chain"] = chain
        _APPEND.execute(self.connection, self._appended)
        ends = [
            {"of_alert": alert, "seq": self._last_seqs[alert], "hash": self._chains[alert]}
            for alert in sorted(self._touched)
        ]
        self.connection.execute(_ADVANCE, ends)


@dataclass(frozen=True)
class _Refused:
    """The result of a unit that refused its request; the unit writes nothing."""

    refusal: AlertingError


class _Waiting(NamedTuple, Generic[_Item, _Result]):
    handler: Handler[_Item, _Result]
    item: _Item
    future: asyncio.Future[_Result]
    own_transaction: bool
    is_session: bool


class Ledger:
    """Writes units of work on one thread, with group commit: waiting units share a transaction.

    No caller is answered before the commit. While one batch commits, new units gather for the next.
    A batch never waits for more units. Units that share a transaction, such as replies, go before
    units that need their own, such as raising an alert.

    If a unit refuses its request, only that unit is undone. If a batch fails, it is rolled back and
    its units run one by one, so that only the bad unit fails. A unit rolled back by a deadlock or a
    serialization failure is tried up to 5 times. If a transaction cannot begin, the whole batch
    fails at once, because each of its units would time out too.
    """

    def __init__(
        self,
        database: Database,
        publish: Callable[[Topic], None],
        policy: Policy,
        shared_at_most: int = _SHARED_AT_MOST,
        *,
        read_only: bool = False,
    ) -> None:
        """Start the writer thread; `publish` is called on the event loop for each topic.

        `shared_at_most` is the number of units that may share one commit. With `read_only`, the
        ledger writes only sign-in sessions.
        """
        self._database = database
        self._publish = publish
        self.policy = policy
        self._shared_at_most = shared_at_most
        self._queue: SimpleQueue[_Waiting[Any, Any] | None] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._read_only = read_only
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    async def write(self, unit: Unit[_Result], *, own_transaction: bool = False) -> _Result:
        """Run one unit of work; return its result once it is committed.

        `own_transaction` runs the unit by itself, after the units that share a transaction. A unit
        that locks rows other than alerts needs it: in a shared transaction, two processes could
        deadlock. A unit with many statements needs it too, because all units that share its
        transaction wait for it.

        Raises:
            LedgerClosedError: if the ledger has been closed, or is read-only.
            Exception: any exception of the unit or the commit; then the unit has written nothing.
        """
        if own_transaction:
            return await self._put(_in_own_transaction(unit), None, own_transaction=True)
        result = await self._put(_in_savepoint(unit), None)
        if isinstance(result, _Refused):
            raise result.refusal
        return result

    async def write_session(self, unit: Unit[_Result]) -> _Result:
        """Run a unit that writes sign-in sessions in its own transaction, even if read-only.

        It runs before other units with own transactions: it is short, and an officer waits for it.
        """
        return await self._put(
            _in_own_transaction(unit), None, own_transaction=True, is_session=True
        )

    async def write_item(self, handler: Handler[_Item, _Result], item: _Item) -> _Result:
        """Pass this item to `handler`, together with the other items waiting for the same handler.

        Return the item's result once it is committed.

        Raises:
            LedgerClosedError: if the ledger has been closed, or is read-only.
        """
        return await self._put(handler, item)

    def _put(
        self,
        handler: Handler[_Item, _Result],
        item: _Item,
        *,
        own_transaction: bool = False,
        is_session: bool = False,
    ) -> asyncio.Future[_Result]:
        if self._read_only and not is_session:
            raise ReadOnlyError
        if self._closed:
            raise LedgerClosedError
        future: asyncio.Future[_Result] = self._loop.create_future()
        self._queue.put(_Waiting(handler, item, future, own_transaction, is_session))
        return future

    async def close(self) -> None:
        """Commit the waiting units, then stop the thread.

        Raises:
            UncleanStopError: if that takes longer than `LEDGER_SECONDS`, as when the database does
                not answer. Waiting units are lost, but no caller was told that they were written.
        """
        self._closed = True
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join, LEDGER_SECONDS)
        if self._thread.is_alive():
            raise UncleanStopError("the ledger could not commit the waiting units")

    def _run(self) -> None:
        """Commit until closed: first units that share a transaction, then units with their own."""
        single: deque[_Waiting[Any, Any]] = deque()
        is_closing = False
        while single or not is_closing:
            shared, is_closing = self._gather(single, is_closing=is_closing)
            if shared:
                self._commit_batch(shared)
            until = time.monotonic() + _OWN_TRANSACTIONS_SECONDS
            while single:
                self._commit_batch([single.popleft()])
                if time.monotonic() > until:
                    break

    def _gather(
        self, single: deque[_Waiting[Any, Any]], *, is_closing: bool
    ) -> tuple[list[_Waiting[Any, Any]], bool]:
        """Return the waiting units that share the next commit, and whether the ledger is closing.

        Append units that need their own transaction to `single`. Block only if there is no unit of
        either kind.
        """
        shared: list[_Waiting[Any, Any]] = []
        with suppress(Empty):
            while not is_closing and len(shared) < self._shared_at_most:
                waiting = self._queue.get(block=not shared and not single)
                if waiting is None:
                    is_closing = True
                elif waiting.is_session:
                    single.appendleft(waiting)
                else:
                    (single if waiting.own_transaction else shared).append(waiting)
        return shared, is_closing

    def _commit_batch(self, batch: list[_Waiting[Any, Any]], tries: int = _TRIES) -> None:
        begun = False
        try:
            with COMMIT_SECONDS.time(), self._database.writer.begin() as connection:
                begun = True
                results, topics = self._run_batch(batch, connection)
        except Exception as failure:
            if begun and len(batch) > 1:
                for waiting in batch:
                    self._commit_batch([waiting])
            elif _is_retriable(failure) and tries > 1:
                self._commit_batch(batch, tries - 1)
            else:
                self._call_on_loop(_fail, [w.future for w in batch], failure)
        else:
            self._call_on_loop(_answer, [w.future for w in batch], results, topics, self._publish)

    def _run_batch(
        self, batch: list[_Waiting[Any, Any]], connection: Connection
    ) -> tuple[list[Any], set[Topic]]:
        by_handler: dict[Handler[Any, Any], list[int]] = defaultdict(list)
        for position, waiting in enumerate(batch):
            by_handler[waiting.handler].append(position)
        results: list[Any] = [None] * len(batch)
        BATCH.observe(len(batch))
        transaction = Transaction(connection, self.policy)
        for handler, positions in by_handler.items():
            answers = handler(transaction, [batch[p].item for p in positions])
            for position, answer in zip(positions, answers, strict=True):
                results[position] = answer
        transaction.flush()
        return results, transaction.topics

    def _call_on_loop(self, callback: Callable[..., None], *arguments: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(callback, *arguments)
        except RuntimeError:
            # The event loop is closed, so nobody waits for the result any more.
            self._closed = True


def _in_own_transaction(unit: Unit[_Result]) -> Handler[None, _Result]:
    """Return a handler for a unit with its own transaction; a refusal rolls it back."""
    return lambda transaction, _items: [unit(transaction)]


def _in_savepoint(unit: Unit[_Result]) -> Handler[None, _Result | _Refused]:
    """Return a handler for a unit in a shared transaction; a refusal undoes only this unit."""

    def handler(transaction: Transaction, _items: Sequence[None]) -> Sequence[_Result | _Refused]:
        try:
            with transaction.attempt():
                return [unit(transaction)]
        except AlertingError as refusal:
            # A refusal is returned as a result, because an exception would roll back the whole
            # batch.
            return [_Refused(refusal)]

    return handler


def _is_retriable(failure: Exception) -> bool:
    """Return whether a retry of the same transaction may succeed."""
    return isinstance(failure, DBAPIError) and getattr(failure.orig, "sqlstate", "") in _RETRIABLE


def _answer(
    futures: list[asyncio.Future[Any]],
    results: list[Any],
    topics: set[Topic],
    publish: Callable[[Topic], None],
) -> None:
    for future, result in zip(futures, results, strict=True):
        if not future.done():
            future.set_result(result)
    for topic in topics:
        publish(topic)


def _fail(futures: list[asyncio.Future[Any]], failure: Exception) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(failure)
