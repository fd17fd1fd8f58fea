"""The websocket channel: send texts to connected officers, then record them as delivered."""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final, Literal

import structlog
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import SQLAlchemyError
from typing_extensions import TypedDict

from alerting.database.engine import Database
from alerting.deliveries.claims import Claimed, to_claimed
from alerting.deliveries.corrections import owe_late
from alerting.deliveries.progress import log_results
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.providers import Provider
from alerting.deliveries.tables import deliveries
from alerting.deliveries.texts import bodies_of
from alerting.errors import LedgerClosedError
from alerting.ledger.events.sending import DeliveriesReceipted
from alerting.ledger.hints import DELIVERIES, Bus
from alerting.ledger.writer import Ledger, Transaction
from alerting.policy.sections import Channel
from alerting.runtime import Clock

log = structlog.get_logger()

_POLL_SECONDS: Final = 1.0

Send = Callable[[str], Awaitable[None]]
"""A function that writes a text to a socket; it raises if the socket does not take the text."""


@dataclass(eq=False)
class _Socket:
    news: asyncio.Event = field(default_factory=asyncio.Event)
    owed: Sequence[Claimed] = ()
    taken: set[int] = field(default_factory=set)
    """Ids of the deliveries that the socket has taken."""
    recorded: set[int] = field(default_factory=set)


class Inbox:
    """Polls the queued texts of all officers connected to this process, and sends them.

    If a socket took a text but recording it failed, the next poll records it, or another process
    sends it again. A duplicate does less harm than a missing text.
    """

    def __init__(self, database: Database, ledger: Ledger, clock: Clock, bus: Bus) -> None:
        """Start a task that polls for queued texts."""
        self._database = database
        self._ledger = ledger
        self._clock = clock
        self._sockets: defaultdict[str, set[_Socket]] = defaultdict(set)
        self._hint = asyncio.Event()
        self._unsubscribe = bus.subscribe(DELIVERIES, lambda _division: self._hint.set())
        self._task = asyncio.create_task(self._look(), name="inbox")

    async def serve(self, officer: str, send: Send) -> None:
        """Send the officer's queued texts to a socket, until cancelled or `send` raises."""
        socket = _Socket()
        self._sockets[officer].add(socket)
        self._hint.set()
        try:
            while True:
                await socket.news.wait()
                socket.news.clear()
                await self._hand_over(socket, send)
        finally:
            self._sockets[officer].discard(socket)
            if not self._sockets[officer]:
                del self._sockets[officer]

    def close(self) -> None:
        """Stop polling."""
        self._unsubscribe()
        self._task.cancel()

    async def _look(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL_SECONDS):
                    await self._hint.wait()
            self._hint.clear()
            if self._sockets:
                await self._offer()

    async def _offer(self) -> None:
        # A socket that registers during this read waits for the next read. A text found by this
        # read may be recorded as delivered meanwhile, and the new socket would get it again.
        asking = {officer: tuple(sockets) for officer, sockets in self._sockets.items()}
        query = partial(_owed, officers=tuple(asking), now=self._clock.now())
        try:
            owed = await self._database.read(query)
        except SQLAlchemyError:
            log.exception("inboxes not read")
            return
        for officer, claimed in owed.items():
            for socket in asking[officer]:
                socket.owed = claimed
                socket.news.set()

    async def _hand_over(self, socket: _Socket, send: Send) -> None:
        owed = [claimed for claimed in socket.owed if claimed.delivery not in socket.recorded]
        for claimed in owed:
            if claimed.delivery not in socket.taken:
                await send(_message(claimed))
                socket.taken.add(claimed.delivery)
        if owed:
            await self._record(socket, owed)

    async def _record(self, socket: _Socket, taken: Sequence[Claimed]) -> None:
        now = self._clock.now()
        try:
            await self._ledger.write(partial(written_to_socket, written=taken, now=now))
        except (SQLAlchemyError, LedgerClosedError):
            log.exception("socket deliveries not recorded")
        else:
            socket.recorded.update(claimed.delivery for claimed in taken)


def _owed(
    connection: Connection, officers: Collection[str], now: datetime
) -> dict[str, list[Claimed]]:
    owed = {officer: waiting_for_socket(connection, officer, now) for officer in officers}
    return {officer: claimed for officer, claimed in owed.items() if claimed}


class InboxMessage(TypedDict):
    """An alert's text to an officer; a client ignores a `delivery` that it has already got."""

    type: Literal["alert"]
    delivery: int
    alert: int
    text: str


def _message(claimed: Claimed) -> str:
    body = InboxMessage(
        type="alert", delivery=claimed.delivery, alert=claimed.alert, text=claimed.body
    )
    return json.dumps(body, ensure_ascii=False)


_SOCKET: Final = Provider("websocket", Channel.WEBSOCKET, ("websocket",))


def waiting_for_socket(connection: Connection, officer: str, now: datetime) -> list[Claimed]:
    """Return an officer's queued websocket deliveries that have not expired, oldest first."""
    rows = connection.execute(
        select(deliveries)
        .where(
            deliveries.c.state == DeliveryState.QUEUED,
            deliveries.c.channel == Channel.WEBSOCKET,
            deliveries.c.recipient == officer,
            deliveries.c.expires_at > now,
        )
        .order_by(deliveries.c.id)
    ).all()
    frozen = bodies_of(connection, rows)
    return [to_claimed(row, frozen[row.id], _SOCKET, "", now) for row in rows]


def written_to_socket(transaction: Transaction, written: Sequence[Claimed], now: datetime) -> None:
    """Record these websocket deliveries as delivered, since a socket has taken them."""
    transaction.lock([claimed.alert for claimed in written])
    transaction.connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_([claimed.delivery for claimed in written]))
        .values(state=DeliveryState.DELIVERED, attempts=deliveries.c.attempts + 1)
    )
    ends = [(claimed.alert, DeliveryState.DELIVERED) for claimed in written]
    log_results(transaction, DeliveriesReceipted, now, ends)
    # If the alert ended while its text was written, queue its cancellation or all-clear too.
    owe_late(transaction, [claimed.delivery for claimed in written], now)
