"""Tests of a failing provider: a second provider sends instead, or texts wait for recovery."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from alerting.deliveries.providers import all_healths
from alerting.deliveries.rules.providers import Condition
from alerting.deliveries.tables import attempts, deliveries, texts
from alerting.doors.tables import tasks
from alerting.ledger.tables import events
from alerting.policy.policy import default_policy, parse_policy
from scripts.benches.http_carrier import running_carrier
from scripts.benches.http_dialects import TeleSign
from scripts.benches.proxy import Proxy
from tests.channels.smpp.smsc.centre import (
    PASSWORD,
    Centre,
    NotInstalledError,
    install,
    running_centre,
)
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN, household_code
from tests.support.clocks import clock_file
from tests.support.gateway import Gateway
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import Running, running_service

SPEED: Final = 300.0
TEXTS: Final = 9
"""The number of households with a phone in the village, each of which gets one text."""
_STATES: Final = (
    select(deliveries.c.state, func.count())
    .join(texts, texts.c.id == deliveries.c.text)
    .where(texts.c.kind == "alert", deliveries.c.channel == "sms", deliveries.c.alert == 1)
    .group_by(deliveries.c.state)
)
_TRIED: Final = (
    select(attempts.c.provider, func.count())
    .join(deliveries, deliveries.c.id == attempts.c.delivery)
    .join(texts, texts.c.id == deliveries.c.text)
    .where(texts.c.kind == "alert", attempts.c.outcome == "accepted")
    .group_by(attempts.c.provider)
)
_KINDS: Final = select(events.c.kind).where(events.c.alert == 1).distinct()


@contextlib.asynccontextmanager
async def centre() -> AsyncIterator[Centre]:
    """Yield an SMS centre. Skip the test if none is available."""
    try:
        packages = install()
    except NotInstalledError as failure:
        pytest.skip(f"npm cannot install the SMS centre: {failure}")
    async with running_centre(packages) as running:
        yield running


@contextlib.asynccontextmanager
async def behind_a_proxy(
    database_url: str, gateway: Gateway, **changes: Any
) -> AsyncIterator[tuple[Running, Proxy]]:
    """Yield the service and a proxy that can cut its connection to the first provider."""
    address = urlsplit(gateway.url)
    async with Proxy(address.hostname or "", address.port or 0) as proxy:
        values: dict[str, Any] = {
            "twilio_base_url": f"http://127.0.0.1:{proxy.port}",
            "clock": clock_file(SPEED),
            "loops": "all",
        }
        async with running_service(database_url, gateway, **(values | changes)) as service:
            yield service, proxy


def second_provider(centre: Centre) -> dict[str, str]:
    return {
        "smpp_url": f"smpp://alerting:{PASSWORD}@127.0.0.1:{centre.port}",
        "smpp_from": "106900",
    }


async def test_sending_fails_over_to_a_gateway_over_http(
    database_url: str, gateway: Gateway
) -> None:
    async with running_carrier(TeleSign()) as carrier:
        values = {
            "policy": parse_policy(carrier.dialect.policy(carrier.url)),
            "secret": carrier.dialect.secrets,
        }
        async with behind_a_proxy(database_url, gateway, **values) as (service, proxy):
            await proxy.leave()
            await service.raised("informant", QIANFO)
            await service.until(_TRIED, lambda rows: rows == [("telesign", TEXTS)])
            assert conditions(service)["twilio"] is Condition.DOWN
            sent = select(texts.c.body).where(texts.c.kind == "alert")
            bodies = tuple(row.body for row in service.rows(sent))
            assert sum(text.body.startswith(bodies) for text in carrier.taken) == TEXTS


def conditions(service: Running) -> dict[str, Condition]:
    healths = service.runtime.database.look(all_healths)
    return {name: health.condition for name, health in healths.items()}


async def until(service: Running, provider: str, condition: Condition) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while conditions(service)[provider] is not condition:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)


async def test_sending_fails_over_and_returns_after_recovery(
    database_url: str, gateway: Gateway
) -> None:
    async with (
        centre() as smsc,
        behind_a_proxy(database_url, gateway, **second_provider(smsc)) as (service, proxy),
    ):
        await proxy.leave()
        await service.raised("informant", QIANFO)
        await service.until(_TRIED, lambda rows: rows == [("smpp", TEXTS)])
        for _ in range(TEXTS):
            await smsc.next("submit")
        assert conditions(service)["twilio"] is Condition.DOWN
        await service.until(_KINDS, lambda rows: ("provider.down",) in rows)
        _, sending = await service.get("/api/alerts/1/sending", "commander")
        assert {p["name"]: p["condition"] for p in sending["providers"]}["twilio"] == "down"

        await proxy.come_back()
        raised = 1
        async with asyncio.timeout(PATIENCE_SECONDS):
            while conditions(service)["twilio"] is Condition.DOWN:
                # The service probes a provider only with a waiting text.
                await service.raised("grid", QIANFO)
                raised += 1
                await asyncio.sleep(0.2)
        before = Counter(dict(map(tuple, service.rows(_TRIED))))
        await service.raised("next-grid", NEXT_VILLAGE)
        await service.until(_TRIED, lambda rows: sum(n for _, n in rows) >= TEXTS * (raised + 1))
        assert dict(map(tuple, service.rows(_TRIED)))["twilio"] >= before["twilio"] + TEXTS
        await service.until(_KINDS, lambda rows: ("provider.up",) in rows)


async def test_unanswered_texts_are_looked_up_then_sent_by_another_provider(
    database_url: str, gateway: Gateway
) -> None:
    """The first provider accepts connections and never answers within the time limit."""
    policy = default_policy()
    soon = {"callback": timedelta(seconds=0.1), "doubt": timedelta(seconds=0.5)}
    hurried = policy.provider.model_copy(update=soon)
    sending = policy.sending.model_copy(update={"answer_within": timedelta(seconds=0.5)})
    rules = policy.model_copy(update={"provider": hurried, "sending": sending})
    async with (
        centre() as smsc,
        behind_a_proxy(database_url, gateway, policy=rules, **second_provider(smsc)) as (
            service,
            proxy,
        ),
    ):
        stalled = asyncio.create_task(proxy.stall(60))
        await asyncio.sleep(0)
        await service.raised("informant", QIANFO)
        await service.until(_TRIED, lambda rows: rows == [("smpp", TEXTS)])
        doubtful = (
            select(attempts.c.number, func.count())
            .where(attempts.c.provider == "twilio", attempts.c.outcome == "unknown")
            .join(deliveries, deliveries.c.id == attempts.c.delivery)
            .join(texts, texts.c.id == deliveries.c.text)
            .where(texts.c.kind == "alert")
            .group_by(attempts.c.number)
        )
        # The service looked up each text, did not find it, and sent it once by the other provider.
        assert service.rows(doubtful) == [(1, TEXTS)]
        stalled.cancel()


async def test_texts_lost_by_the_only_provider_make_villages_dark(
    database_url: str, gateway: Gateway
) -> None:
    """The only provider accepts every text and delivers none."""
    gateway.set_faults({"kind": "undelivered", "code": 30034})
    try:
        async with running_service(
            database_url, gateway, clock=clock_file(SPEED), loops="all"
        ) as service:
            await service.raised("commander", TOWN)
            await service.until(
                _KINDS,
                lambda rows: {("provider.down",), ("village.dark",), ("dark.told",)} <= {*rows},
            )
            _, sending = await service.get("/api/alerts/1/sending", "commander")
            assert {p["name"]: p["condition"] for p in sending["providers"]}["twilio"] == "down"
            _, dark = await service.get("/api/alerts/1/dark-villages", "commander")
            assert [(one["division"], one["share"], one["together"]) for one in dark] == [
                (QIANFO, 0, True),
                (NEXT_VILLAGE, 0, True),
            ]
            homes = {household_code(v, n) for v in (QIANFO, NEXT_VILLAGE) for n in range(1, 11)}
            at_doors = select(tasks.c.household).distinct()
            await service.until(at_doors, lambda rows: {row.household for row in rows} == homes)
    finally:
        gateway.set_faults()


@pytest.mark.long
async def test_texts_wait_during_an_outage_and_expired_texts_are_not_sent(
    database_url: str, gateway: Gateway
) -> None:
    async with behind_a_proxy(database_url, gateway) as (service, proxy):
        await proxy.leave()
        await service.raised("informant", QIANFO)
        soon = (service.runtime.clock.now() + timedelta(minutes=5)).isoformat()
        short = await service.raised("next-grid", NEXT_VILLAGE, expires=soon)
        began = service.runtime.clock.now()
        await service.until(
            _KINDS, lambda rows: {("provider.down",), ("sending.late",)} <= set(map(tuple, rows))
        )
        left = began + timedelta(minutes=10) - service.runtime.clock.now()
        await asyncio.sleep(left.total_seconds() / SPEED)
        assert gateway.taken(service.sender) == []
        await proxy.come_back()
        await service.until(_STATES, lambda rows: rows == [("delivered", TEXTS)])
        await until(service, "twilio", Condition.UP)
        ended = select(deliveries.c.state, func.count()).where(
            deliveries.c.alert == short["id"], deliveries.c.channel == "sms"
        )
        (row,) = service.rows(ended.group_by(deliveries.c.state))
        assert row.state == "expired"
        late = select(texts.c.body).where(texts.c.alert == short["id"], texts.c.kind == "alert")
        sent = {text["body"] for text in gateway.taken(service.sender)}
        assert sent.isdisjoint(row.body for row in service.rows(late))
