"""Sensors' texts are sent at least once, phone by phone, after those of actual alerts."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import OperationalError

from alerting.cap.alert import Status
from alerting.channels.twilio.sms import TwilioSms
from alerting.deliveries.providers import all_healths, enlist
from alerting.deliveries.rules.providers import Pace, Provider
from alerting.deliveries.tables import deliveries, providers
from alerting.ledger.tables import alerts
from alerting.policy.sections import Channel
from alerting.runtime import wall_clock
from alerting.sensors.send_texts import Route, SensorTextSender
from alerting.sensors.tables import sensor_texts
from alerting.sensors.text_store import take_texts
from contacts.tables import OFFICER_PHONES
from tests.support.city import NOW, QIANFO, TEXTING, officer_phone
from tests.support.gateway import ACCOUNT, TOKEN, Gateway
from tests.support.patience import PATIENCE_SECONDS
from tests.support.sensors import Hut, Station, running_station

OFFICERS = ("informant", "grid")
PHONES = sorted(map(officer_phone, OFFICERS))
ROWS = select(sensor_texts).order_by(sensor_texts.c.id)
LANDLINE = "+862787654321"
BOTH = ("first", "second")


def phone(officer: str, position: int, number: str) -> Any:
    return insert(OFFICER_PHONES).values(officer=officer, position=position, number=number)


@dataclass
class Texting:
    """Routes to the gateway, and the texts it took."""

    hut: Hut
    gateway: Gateway
    number: str
    channel: TwilioSms

    def sender(self, *routes: Route) -> SensorTextSender:
        return SensorTextSender(self.hut.work.runtime, routes or [self.route(TEXTING)])

    def route(self, provider: Provider, channel: Any = None, per_second: float = 100) -> Route:
        pace = Pace(provider.name, per_second, 20)
        return Route(provider, channel or self.channel, pace)

    async def taken(self) -> list[str]:
        """Return the phones that got a text, in order of their numbers."""
        texts = await asyncio.to_thread(self.gateway.taken, self.number)
        return sorted(text["to"] for text in texts)

    def states(self) -> list[str]:
        return [row.state for row in self.hut.work.rows(ROWS)]

    async def until_tried(self) -> None:
        """Wait until the only text was tried in vain."""
        once = select(sensor_texts).where(
            sensor_texts.c.tries == 1, sensor_texts.c.state == "queued"
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.hut.work.rows(once):  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.02)

    async def until(self, *states: str) -> None:
        """Wait until the texts are in these states."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.states() != [*states]:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.02)


@pytest.fixture
async def texting(hut: Hut, gateway: Gateway) -> AsyncIterator[Texting]:
    number = gateway.sender()
    account = (ACCOUNT, TOKEN, number, gateway.url, "http://127.0.0.1:9")
    channel = TwilioSms(*account, 4, timedelta(seconds=5))
    yield Texting(hut, gateway, number, channel)
    await channel.close()
    gateway.set_faults()


@contextlib.asynccontextmanager
async def running(*senders: SensorTextSender) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(sender.run()) for sender in senders]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_yellow_is_told_once_by_concurrent_senders(texting: Texting) -> None:
    await texting.hut.read(31)
    async with running(texting.sender(), texting.sender(), texting.sender()):
        await texting.until("accepted", "accepted")
    assert await texting.taken() == PHONES
    assert [row.accepted_at for row in texting.hut.work.rows(ROWS)] == [NOW, NOW]


async def test_text_of_a_sender_that_died_is_sent_when_its_lease_ends(texting: Texting) -> None:
    await texting.hut.read(31)
    work, wall = texting.hut.work, wall_clock()
    ended = wall - timedelta(seconds=1)
    taken = await work.runtime.ledger.write(
        lambda tx: take_texts(tx.connection, 1, NOW, wall, wall + timedelta(hours=1))
    )
    assert len(taken) == 1
    async with running(texting.sender()):
        await texting.until("sending", "accepted")
        work.change(update(sensor_texts).where(sensor_texts.c.id == 1).values(lease_until=ended))
        await texting.until("accepted", "accepted")
    assert await texting.taken() == PHONES
    assert work.rows(select(sensor_texts.c.tries).order_by(sensor_texts.c.id)) == [(2,), (1,)]


async def test_refused_phone_gives_way_to_the_next(texting: Texting) -> None:
    second = "+8613900000071"
    of_grid = OFFICER_PHONES.c.officer == "grid"
    texting.hut.work.change(
        delete(OFFICER_PHONES).where(of_grid),
        phone("grid", 0, LANDLINE),
        phone("grid", 1, second),
        phone("grid", 2, "+8613900000072"),
    )
    await texting.hut.read(31)
    async with running(texting.sender()):
        await texting.until("accepted", "accepted")
    assert await texting.taken() == sorted([officer_phone("informant"), second])


async def test_officer_whose_phones_are_all_refused_is_told_of(texting: Texting) -> None:
    texting.hut.work.change(
        delete(OFFICER_PHONES).where(OFFICER_PHONES.c.officer == "grid"), phone("grid", 0, LANDLINE)
    )
    await texting.hut.read(31)
    async with running(texting.sender()):
        await texting.until("accepted", "refused")


async def test_expired_text_is_not_sent(texting: Texting) -> None:
    await texting.hut.read(31, minutes=-30)
    await texting.hut.read(6, minutes=-29.9, name="crack-1")
    async with running(texting.sender()):
        await texting.until("expired", "expired", "accepted", "accepted")
    assert await texting.taken() == PHONES


@pytest.mark.parametrize("fault", ["http_500", "http_429", "accept_then_hang_up"])
async def test_failed_try_is_repeated(texting: Texting, fault: str) -> None:
    texting.hut.work.change(delete(OFFICER_PHONES).where(OFFICER_PHONES.c.officer != "grid"))
    texting.gateway.set_faults({"kind": fault, "count": 1})
    await texting.hut.read(31)
    async with running(texting.sender()):
        await texting.until_tried()
        texting.hut.work.change(update(sensor_texts).values(due_at=NOW))
        await texting.until("accepted")
    assert set(await texting.taken()) == {officer_phone("grid")}


async def test_text_waits_for_those_of_an_actual_alert(texting: Texting) -> None:
    work = texting.hut.work
    await work.raised("commander", QIANFO)
    # A drill, whose clock the tests turn, raises exercises only.
    work.change(update(alerts).values(status=Status.ACTUAL))
    await texting.hut.read(31)
    async with running(texting.sender()):
        work.change(update(deliveries).where(deliveries.c.id != 1).values(state="accepted"))
        # A held text leaves only after what holds it: the sender polls all the while.
        await asyncio.sleep(1.2)
        assert texting.states() == ["queued", "queued"]
        work.change(update(deliveries).values(state="accepted"))
        await texting.until("accepted", "accepted")


async def test_text_does_not_wait_for_those_of_an_exercise(texting: Texting) -> None:
    await texting.hut.work.raised("commander", QIANFO)
    await texting.hut.read(31)
    async with running(texting.sender()):
        await texting.until("accepted", "accepted")


class Away:
    """A provider that cannot be reached."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, provider: Provider, texting: Texting) -> Route:
        account = (ACCOUNT, TOKEN, texting.number, "http://127.0.0.1:9", "http://127.0.0.1:9")
        self.channel = TwilioSms(*account, 4, timedelta(seconds=5))
        return texting.route(provider, self.channel)


def two_routes(texting: Texting, away: Away) -> Sequence[Route]:
    first, second = (Provider(name, Channel.SMS, BOTH) for name in BOTH)
    return [away(first, texting), texting.route(second)]


async def test_provider_that_is_away_gives_its_work_to_the_next(texting: Texting) -> None:
    work, away = texting.hut.work, Away()
    await work.runtime.ledger.write(lambda tx: enlist(tx.connection, BOTH, NOW))
    routes = two_routes(texting, away)
    await texting.hut.read(31)
    async with running(texting.sender(*routes)):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while work.runtime.database.look(all_healths)["first"].condition != "down":
                work.change(update(sensor_texts).values(due_at=NOW))
                await asyncio.sleep(0.05)
        work.change(update(sensor_texts).values(due_at=NOW))
        await texting.until("accepted", "accepted")
    await away.channel.close()
    assert await texting.taken() == PHONES


async def test_providers_that_are_all_down_are_tried_now_and_then(texting: Texting) -> None:
    work = texting.hut.work
    await work.runtime.ledger.write(lambda tx: enlist(tx.connection, [TEXTING.name], NOW))
    work.change(update(providers).values(condition="down", next_trial_at=NOW + timedelta(hours=1)))
    await texting.hut.read(31)
    async with running(texting.sender()):
        await asyncio.sleep(0.7)
        assert texting.states() == ["queued", "queued"]
        work.change(update(providers).values(next_trial_at=NOW))
        # The first text is the trial: its answer restores the only provider, which then sends the
        # second.
        await texting.until("accepted", "accepted")


async def test_sender_survives_database_outage(
    texting: Texting, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = asyncio.Event()

    async def away(_query: Any) -> Any:
        tried.set()
        raise OperationalError("SELECT", {}, Exception("away"))

    await texting.hut.read(31)
    with monkeypatch.context() as patch:
        patch.setattr(texting.hut.work.runtime.database, "read", away)
        async with running(texting.sender()):
            await tried.wait()
            patch.undo()
            await texting.until("accepted", "accepted")


async def test_service_restarted_between_decision_and_sending_tells_and_shows_it(
    database_url: str, gateway: Gateway, tmp_path: Path
) -> None:
    async with running_station(database_url, gateway, tmp_path, loops="api") as station:
        await station.read(31)
        assert await told(station) == [(who, "queued", False) for who in OFFICERS]
    async with running_station(database_url, gateway, tmp_path, loops="deliver") as station:
        await station.service.until(ROWS, lambda rows: {row.state for row in rows} == {"accepted"})
        assert await told(station) == [(who, "accepted", True) for who in OFFICERS]
        texts = await asyncio.to_thread(gateway.taken, station.service.sender)
        assert sorted(text["to"] for text in texts) == PHONES
        assert all("31 mm/h" in text["body"] for text in texts)


async def told(station: Station) -> list[tuple[str, str, bool]]:
    """Return officer, state, and whether a time is shown, of the newest note."""
    (gauge, _) = await station.seen()
    found = gauge["notes"][0]["told"]
    assert [each["name"] for each in found] == [f"officer {who}" for who in OFFICERS]
    return [(each["officer"], each["state"], each["at"] is not None) for each in found]
