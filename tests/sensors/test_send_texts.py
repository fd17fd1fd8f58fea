"""Texts about sensors are sent at least once, phone by phone, after texts of actual alerts."""

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
    """A runtime with routes to the gateway, and the texts that the gateway accepted."""

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
        """Return the phones that got a text, sorted."""
        texts = await asyncio.to_thread(self.gateway.taken, self.number)
        return sorted(text["to"] for text in texts)

    def states(self) -> list[str]:
        return [row.state for row in self.hut.work.rows(ROWS)]

    async def until_tried(self) -> None:
        """Wait until an attempt to send the only text has failed."""
        once = select(sensor_texts).where(
            sensor_texts.c.tries == 1, sensor_texts.c.state == "queued"
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.hut.work.rows(once):  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.02)

    async def until(self, *states: str) -> None:
        """Wait until the texts have these states."""
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


async def test_concurrent_senders_send_a_text_once(texting: Texting) -> None:
    await texting.hut.read(31)
    async with running(texting.sender(), texting.sender(), texting.sender()):
        await texting.until("accepted", "accepted")
    assert await texting.taken() == PHONES
    assert [row.accepted_at for row in texting.hut.work.rows(ROWS)] == [NOW, NOW]


async def test_text_of_a_crashed_sender_is_sent_after_its_lease(texting: Texting) -> None:
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


async def test_refused_phone_is_followed_by_the_next(texting: Texting) -> None:
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


async def test_text_whose_phones_are_all_refused_is_logged_and_shown(texting: Texting) -> None:
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
async def test_failed_attempt_is_repeated(texting: Texting, fault: str) -> None:
    texting.hut.work.change(delete(OFFICER_PHONES).where(OFFICER_PHONES.c.officer != "grid"))
    texting.gateway.set_faults({"kind": fault, "count": 1})
    await texting.hut.read(31)
    async with running(texting.sender()):
        await texting.until_tried()
        texting.hut.work.change(update(sensor_texts).values(due_at=NOW))
        await texting.until("accepted")
    assert set(await texting.taken()) == {officer_phone("grid")}


async def test_text_waits_while_texts_of_an_actual_alert_are_due(texting: Texting) -> None:
    work = texting.hut.work
    await work.raised("commander", QIANFO)
    # A runtime in a drill raises only exercises, so the status is changed here.
    work.change(update(alerts).values(status=Status.ACTUAL))
    await texting.hut.read(31)
    async with running(texting.sender()):
        work.change(update(deliveries).where(deliveries.c.id != 1).values(state="accepted"))
        # Long enough for the sender to poll twice.
        await asyncio.sleep(1.2)
        assert texting.states() == ["queued", "queued"]
        work.change(update(deliveries).values(state="accepted"))
        await texting.until("accepted", "accepted")


async def test_text_does_not_wait_for_texts_of_an_exercise(texting: Texting) -> None:
    await texting.hut.work.raised("commander", QIANFO)
    await texting.hut.read(31)
    async with running(texting.sender()):
        await texting.until("accepted", "accepted")


class Away:
    """A channel to a provider that cannot be reached."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, provider: Provider, texting: Texting) -> Route:
        account = (ACCOUNT, TOKEN, texting.number, "http://127.0.0.1:9", "http://127.0.0.1:9")
        self.channel = TwilioSms(*account, 4, timedelta(seconds=5))
        return texting.route(provider, self.channel)


def two_routes(texting: Texting, away: Away) -> Sequence[Route]:
    first, second = (Provider(name, Channel.SMS, BOTH) for name in BOTH)
    return [away(first, texting), texting.route(second)]


async def test_next_provider_stands_in_for_one_that_is_away(texting: Texting) -> None:
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


async def test_trial_text_is_sent_if_all_providers_are_down(texting: Texting) -> None:
    work = texting.hut.work
    await work.runtime.ledger.write(lambda tx: enlist(tx.connection, [TEXTING.name], NOW))
    work.change(update(providers).values(condition="down", next_trial_at=NOW + timedelta(hours=1)))
    await texting.hut.read(31)
    async with running(texting.sender()):
        await asyncio.sleep(0.7)
        assert texting.states() == ["queued", "queued"]
        work.change(update(providers).values(next_trial_at=NOW))
        # The first text is the trial. Its success restores the only provider, which then sends
        # the second text.
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


async def test_service_restarted_before_sending_sends_and_shows_the_text(
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
    """Return the (officer, state, has a time) of each text about the newest news."""
    (gauge, _) = await station.seen()
    found = gauge["notes"][0]["told"]
    assert [each["name"] for each in found] == [f"officer {who}" for who in OFFICERS]
    return [(each["officer"], each["state"], each["at"] is not None) for each in found]
