"""Every loop ends when cancelled, even if its wait completes at the same moment."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import aiohttp
import pytest
from sqlalchemy import delete, insert, update

from alerting.access.revocation import Guard
from alerting.channels.smpp.sms import SmppSms
from alerting.deliveries.channel import Answer, Message
from alerting.deliveries.dispatcher import Dispatcher
from alerting.deliveries.rules.delivery import DeliveryState, OutcomeKind
from alerting.deliveries.rules.providers import Pace
from alerting.deliveries.tables import deliveries
from alerting.escalation.loop import Escalator
from alerting.feed.nats_bus import NatsBus
from alerting.feed.progress import Sending
from alerting.feed.tail import Tail
from alerting.feed.websocket_channel import Inbox
from alerting.ledger.hints import ALERTS, DELIVERIES
from alerting.runtime import Clock, wall_clock
from alerting.sensors.send_texts import Route, SensorTextSender
from alerting.sensors.tables import sensor_notes, sensor_texts
from alerting.sign_in.send_links import LinkSender
from alerting.stopping import cancel, finish
from contacts.sign_in.links import Wish, queue_link
from tests.channels.smpp.test_session import centre, echo, login
from tests.cli.test_serve import free_port
from tests.feed.test_nats_bus import server
from tests.support.cancelling import RunsOnError, Wake, cancelled_everywhere, run_skipping
from tests.support.city import QIANFO, TEXTING, officer_phone
from tests.support.garbage import collect_garbage
from tests.support.gateway import Gateway
from tests.support.running import Workplace, running_service, workplace
from tests.support.watched_city import COMMANDER, City, never_now, nothing_predicted

AWAITS: Final = 8
"""Number of awaits of a repeatedly waiting loop at which the cancellation is tried."""
_MOMENTS: Final = 6
_OF_A_SOCKET: Final = 3
"""Number of awaits: look-ups of caller and alert, then the wait on the open connection."""

# The garbage collector closes a connection that opens at the moment of the cancellation.
collected = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def nothing() -> None:
    """Do nothing, because the loop only waits for time to pass."""


class Taker:
    """A channel client whose provider accepts everything."""

    async def send(self, message: Message) -> Answer:
        await asyncio.sleep(0)
        return Answer(OutcomeKind.ACCEPTED, provider_id=message.token)

    async def look_up(self, message: Message, since: datetime) -> Answer:
        await asyncio.sleep(0)
        return Answer(OutcomeKind.ACCEPTED, provider_id=message.token)

    async def close(self) -> None:
        """Do nothing."""


@asynccontextmanager
async def dispatching(work: Workplace) -> AsyncIterator[Wake]:
    work.change(update(deliveries).values(state=DeliveryState.QUEUED))
    pace = Pace("sms", per_second=1e6, at_once=100)
    dispatcher = Dispatcher(work.runtime, TEXTING, Taker(), 4, pace)
    running = asyncio.create_task(dispatcher.run())
    yield dispatcher.wake
    # If the cancellation hit a child task, the dispatcher itself still has to be cancelled.
    running.cancel()
    await asyncio.wait({running})


@asynccontextmanager
async def sending_links(work: Workplace) -> AsyncIterator[Wake]:
    number = officer_phone("grid")
    await work.runtime.ledger.write(
        lambda tx: queue_link(tx.connection, "grid", Wish(number, "zh", "browser"), wall_clock())
    )
    sender = LinkSender(work.runtime, TEXTING, Taker(), "https://alerting.example")
    running = asyncio.create_task(sender.run())
    yield nothing
    assert running.done()


@asynccontextmanager
async def sending_sensor_texts(work: Workplace) -> AsyncIterator[Wake]:
    now = work.runtime.clock.now()
    told = {
        "officer": "grid",
        "kind": "sensor_yellow",
        "language": "zh",
        "body": "-",
        "facts": "{}",
    }
    owed = {"phones": officer_phone("grid"), "state": "queued", "due_at": now}
    ends = {"expires_at": now + timedelta(hours=1)}
    work.change(
        delete(sensor_texts),
        delete(sensor_notes),
        insert(sensor_notes).values(id=1, sensor="gauge", news="yellow", at=now),
        insert(sensor_texts).values(note=1, **told, **owed, **ends),
    )
    route = Route(TEXTING, Taker(), Pace(TEXTING.name, 100, 20))
    running = asyncio.create_task(SensorTextSender(work.runtime, [route]).run())
    yield nothing
    assert running.done()


@asynccontextmanager
async def escalating(work: Workplace) -> AsyncIterator[Wake]:
    running = asyncio.create_task(Escalator(work.runtime).run())
    yield nothing
    assert running.done()


@asynccontextmanager
async def guarding(work: Workplace) -> AsyncIterator[Wake]:
    running = asyncio.create_task(Guard(work.runtime.database, work.runtime.ledger).run())
    yield nothing
    assert running.done()


@pytest.mark.parametrize(
    ("name", "begin", "awaits"),
    [
        ("Dispatcher.run", dispatching, 1),
        ("Dispatcher._claim_until_told", dispatching, AWAITS),
        ("Dispatcher._send_claimed", dispatching, 3),
        ("LinkSender.run", sending_links, AWAITS),
        ("SensorTextSender.run", sending_sensor_texts, AWAITS),
        ("Escalator.run", escalating, AWAITS),
        ("Guard.run", guarding, AWAITS),
    ],
)
@only_sqlite
def test_ledger_loops_end_when_cancelled(
    database_url: str,
    name: str,
    begin: Callable[[Workplace], AbstractAsyncContextManager[Wake]],
    awaits: int,
) -> None:
    async def strike() -> int:
        async with workplace(database_url) as work:
            await work.raised("grid", QIANFO)
            return await cancelled_everywhere(name, partial(begin, work), awaits)

    assert run_skipping(strike()) == awaits * _MOMENTS


@asynccontextmanager
async def following(city: City) -> AsyncIterator[Wake]:
    tail = Tail(city.database, city.bus, nothing_predicted, city.alert)
    async with tail.scope(QIANFO):
        yield lambda: city.bus.publish((ALERTS, ""))
    tail.end()


@asynccontextmanager
async def counting(city: City) -> AsyncIterator[Wake]:
    sending = Sending(city.database, city.alert, nothing)
    yield sending.ask
    sending.end()


@asynccontextmanager
async def looking(city: City) -> AsyncIterator[Wake]:
    inbox = Inbox(city.database, city.ledger, Clock(), city.bus)
    await city.owe(COMMANDER)
    serving = asyncio.create_task(inbox.serve(COMMANDER, _take))
    yield lambda: city.bus.publish((DELIVERIES, ""))
    inbox.close()
    await cancel({serving})


async def _take(_text: str) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def watching(city: City) -> AsyncIterator[Wake]:
    async def watch() -> None:
        async with contextlib.aclosing(city.hub.watch(city.alert, QIANFO, None, never_now)) as all_:
            async for _ in all_:
                pass

    watch.__qualname__ = "watch"
    running = asyncio.create_task(watch())
    yield lambda: city.bus.publish((ALERTS, ""))
    assert running.done()


@pytest.mark.parametrize(
    ("name", "begin"),
    [
        ("Tail._follow", following),
        ("Sending._follow", counting),
        ("Inbox._look", looking),
        ("Inbox.serve", looking),
        ("watch", watching),
    ],
)
@only_sqlite
def test_feed_loops_end_when_cancelled(
    database_url: str, name: str, begin: Callable[[City], AbstractAsyncContextManager[Wake]]
) -> None:
    async def strike() -> int:
        city = City(database_url)
        await city.open()
        try:
            return await cancelled_everywhere(name, partial(begin, city), AWAITS)
        finally:
            await city.close()

    assert run_skipping(strike()) == AWAITS * _MOMENTS


@asynccontextmanager
async def bound_to(port: int) -> AsyncIterator[Wake]:
    async def take(*_said: object) -> None:
        """Accept an incoming text, a part of one, or a receipt from the centre."""

    channel = SmppSms(login(port), "+8610002090000", take, take, take)
    yield nothing
    await channel.close()


@collected
@pytest.mark.parametrize(("name", "awaits"), [("SmppSms._keep_bound", 3), ("Session.run", AWAITS)])
def test_sms_centre_loops_end_when_cancelled(name: str, awaits: int) -> None:
    async def strike() -> int:
        async with centre(echo) as port:
            return await cancelled_everywhere(name, partial(bound_to, port), awaits)

    assert run_skipping(strike()) == awaits * _MOMENTS
    collect_garbage()


@collected
def test_nats_bus_ends_when_cancelled() -> None:
    """The driver swallows cancellations, so the bus is also closed."""
    buses: list[NatsBus] = []
    leaving: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def connected(port: int) -> AsyncIterator[Wake]:
        buses.append(NatsBus(f"nats://127.0.0.1:{port}"))
        async with buses[-1]:
            yield lambda: buses[-1].publish((ALERTS, ""))
        await asyncio.gather(*leaving)

    def leave(_task: asyncio.Task[Any]) -> None:
        leaving.append(asyncio.create_task(buses[-1].__aexit__()))

    async def strike() -> int:
        port = free_port()
        async with server(port):
            name = "NatsBus._stay_connected"
            return await cancelled_everywhere(name, partial(connected, port), AWAITS, leave)

    assert run_skipping(strike()) == AWAITS * _MOMENTS
    collect_garbage()


@only_sqlite
def test_websocket_ends_when_cancelled(database_url: str, gateway: Gateway) -> None:
    async def strike() -> int:
        async with running_service(database_url, gateway, loops="api") as service:
            alert = (await service.raised("informant", QIANFO))["id"]
            headers = {"Authorization": f"Bearer {service.tokens['commander']}"}
            address = f"{service.url}/api/alerts/{alert}/feed"

            @asynccontextmanager
            async def opened() -> AsyncIterator[Wake]:
                with contextlib.suppress(aiohttp.ClientError):
                    socket = asyncio.create_task(_read(service.session, address, headers))
                    yield nothing
                    await finish({socket}, 1)

            return await cancelled_everywhere("WireProtocol.run_asgi", opened, _OF_A_SOCKET)

    assert run_skipping(strike()) == _OF_A_SOCKET * _MOMENTS


async def _read(session: aiohttp.ClientSession, address: str, headers: dict[str, str]) -> None:
    with contextlib.suppress(aiohttp.ClientError):
        async with session.ws_connect(address, headers=headers) as socket:
            async for _ in socket:
                pass


async def test_task_that_swallows_cancellation_is_abandoned_in_time() -> None:
    async def stubborn() -> None:
        for _ in range(2):
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    assert await cancel({task}, 0.01) == {task}
    assert await finish({task}, 0.01) == set()


async def test_finish_waits_for_tasks_that_end() -> None:
    task = asyncio.create_task(asyncio.sleep(0.01, "done"))
    assert await finish({task}, 60) == set()
    assert task.result() == "done"


async def test_cancelling_finish_cancels_its_tasks() -> None:
    task = asyncio.create_task(asyncio.Event().wait())
    finishing = asyncio.create_task(finish({task}, 60))
    await asyncio.sleep(0)
    finishing.cancel()
    await asyncio.wait({task, finishing})
    assert finishing.cancelled()
    assert task.cancelled()


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="wait_for was mended in Python 3.12")
def test_loop_waiting_by_wait_for_is_detected() -> None:
    """A dispatcher using `wait_for` could miss a cancellation arriving together with a hint."""

    class Loop:
        def __init__(self) -> None:
            self.hint = asyncio.Event()

        async def run(self) -> None:
            while True:
                self.hint.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.hint.wait(), 0.5)

    @asynccontextmanager
    async def begin() -> AsyncIterator[Wake]:
        loop = Loop()
        running = asyncio.create_task(loop.run())
        yield loop.hint.set
        assert running.done()

    with pytest.raises(RunsOnError):
        run_skipping(cancelled_everywhere(Loop.run.__qualname__, begin, AWAITS))
