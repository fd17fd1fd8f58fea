"""Texts to connected officers are sent at once, and recorded as delivered once taken."""

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from alerting.deliveries.rules.delivery import DeliveryState
from alerting.feed import websocket_channel
from alerting.feed.websocket_channel import Inbox
from alerting.runtime import Clock
from tests.support.patience import PATIENCE_SECONDS
from tests.support.watched_city import COMMANDER, INFORMANT, City, all_are, until


@pytest.fixture
async def inbox(watched_city: City) -> AsyncIterator[Inbox]:
    inbox = Inbox(watched_city.database, watched_city.ledger, Clock(), watched_city.bus)
    yield inbox
    inbox.close()


class Socket:
    """A socket that records the messages it takes, or refuses them."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []

    async def take(self, text: str) -> None:
        self.got.append(json.loads(text))

    async def refuse(self, text: str) -> None:
        self.got.append(json.loads(text))
        raise ConnectionResetError


@contextlib.asynccontextmanager
async def serving(
    inbox: Inbox, officer: str, send: Callable[[str], Awaitable[None]]
) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(inbox.serve(officer, send))
    yield task
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, ConnectionResetError):
        await task


async def test_queued_texts_are_sent_on_connect(watched_city: City, inbox: Inbox) -> None:
    await watched_city.owe(INFORMANT, "第一")
    await watched_city.owe(INFORMANT, "第二")
    socket = Socket()
    async with serving(inbox, INFORMANT, socket.take):
        await all_are(watched_city, DeliveryState.DELIVERED)
    assert [sorted(message) for message in socket.got] == [
        ["alert", "delivery", "text", "type"]
    ] * 2
    assert [message["text"] for message in socket.got] == ["第一", "第二"]
    assert {(message["type"], message["alert"]) for message in socket.got} == {
        ("alert", watched_city.alert)
    }


async def test_connected_officer_gets_texts_at_once(
    watched_city: City, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket_channel, "_POLL_SECONDS", 2 * PATIENCE_SECONDS)
    socket = Socket()
    async with serving(inbox, INFORMANT, socket.take):
        for number in range(6):
            await watched_city.owe(INFORMANT)
            await until(lambda number=number: len(socket.got) > number)


async def test_text_without_a_hint_is_found_by_polling(watched_city: City, inbox: Inbox) -> None:
    socket = Socket()
    async with serving(inbox, INFORMANT, socket.take):
        watched_city.bus._callbacks.clear()
        await watched_city.owe(INFORMANT)
        await all_are(watched_city, DeliveryState.DELIVERED)


async def test_text_goes_to_all_sockets_of_its_officer_only(
    watched_city: City, inbox: Inbox
) -> None:
    one, two, other = Socket(), Socket(), Socket()
    async with (
        serving(inbox, INFORMANT, one.take),
        serving(inbox, INFORMANT, two.take),
        serving(inbox, COMMANDER, other.take),
    ):
        await watched_city.owe(INFORMANT)
        await until(lambda: one.got and two.got)
        await all_are(watched_city, DeliveryState.DELIVERED)
    assert one.got == two.got
    assert other.got == []


async def test_text_is_sent_once_to_each_socket(watched_city: City, inbox: Inbox) -> None:
    socket, later = Socket(), Socket()
    async with serving(inbox, INFORMANT, socket.take):
        for _ in range(3):
            await watched_city.owe(INFORMANT)
            watched_city.bus.publish(("deliveries", ""))
        await all_are(watched_city, DeliveryState.DELIVERED)
        async with serving(inbox, INFORMANT, later.take):
            await watched_city.owe(COMMANDER)
            await watched_city.owe(INFORMANT)
            await until(lambda: later.got)
    sent = [message["delivery"] for message in socket.got]
    assert len(sent) == len(set(sent))
    assert len(later.got) == 1


@contextlib.contextmanager
def held_read() -> Iterator[tuple[threading.Event, threading.Event]]:
    """Stop the next read of queued texts after its query.

    Yield two events: the read sets the first after its query, and waits for the second.
    """
    has_rows, may_go_on = threading.Event(), threading.Event()

    def hold(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if "recipient = " in statement and not has_rows.is_set():
            has_rows.set()
            may_go_on.wait(PATIENCE_SECONDS)

    event.listen(Engine, "after_cursor_execute", hold)
    try:
        yield has_rows, may_go_on
    finally:
        may_go_on.set()
        event.remove(Engine, "after_cursor_execute", hold)


async def test_new_socket_gets_no_text_from_a_read_that_began_earlier(
    watched_city: City, inbox: Inbox
) -> None:
    socket, later = Socket(), Socket()
    await watched_city.owe(INFORMANT, "第一")
    with held_read() as (has_rows, may_go_on):
        async with serving(inbox, INFORMANT, socket.take):
            await asyncio.to_thread(has_rows.wait, PATIENCE_SECONDS)
            await watched_city.deliver(INFORMANT)
            async with serving(inbox, INFORMANT, later.take):
                await asyncio.sleep(0)
                may_go_on.set()
                await watched_city.owe(INFORMANT, "第二")
                await until(lambda: later.got)
    assert [message["text"] for message in later.got] == ["第二"]


async def test_text_that_the_socket_refuses_stays_queued(watched_city: City, inbox: Inbox) -> None:
    await watched_city.owe(INFORMANT)
    broken, sound = Socket(), Socket()
    async with serving(inbox, INFORMANT, broken.refuse) as task:
        with pytest.raises(ConnectionResetError):
            await task
    await all_are(watched_city, DeliveryState.QUEUED)
    async with serving(inbox, INFORMANT, sound.take):
        await all_are(watched_city, DeliveryState.DELIVERED)
    assert sound.got == broken.got


async def test_text_whose_delivery_is_not_recorded_stays_queued(
    watched_city: City, inbox: Inbox
) -> None:
    await watched_city.owe(INFORMANT)
    await watched_city.ledger.close()
    socket = Socket()
    async with serving(inbox, INFORMANT, socket.take):
        await until(lambda: socket.got)
        watched_city.bus.publish(("deliveries", ""))
        await asyncio.sleep(0.1)
    assert len(socket.got) == 1
    await all_are(watched_city, DeliveryState.QUEUED)
