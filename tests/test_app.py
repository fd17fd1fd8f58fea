"""The application put together: started, killed, started again, and stopped in order."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import select

from alerting.app import create_app
from alerting.deliveries.tables import deliveries
from alerting.ledger.writer import LedgerClosedError
from alerting.policy.sections import Channel
from tests.support.city import QIANFO, household_phone
from tests.support.gateway import Gateway
from tests.support.running import running_service, settings_for

SMS = select(deliveries.c.state).where(deliveries.c.channel == Channel.SMS).distinct()


async def test_what_was_owed_when_it_stopped_is_sent_when_it_starts(
    database_url: str, gateway: Gateway
) -> None:
    gateway.set_faults({"kind": "http_429"})
    async with running_service(database_url, gateway) as service:
        await service.raised("informant", QIANFO)
        sender = service.sender
    assert gateway.taken(sender) == []
    gateway.set_faults()
    async with running_service(database_url, gateway) as service:
        await service.until(SMS, lambda rows: rows == [("delivered",)])
        told = Counter(text["to"] for text in gateway.taken(service.sender))
    assert told[household_phone(QIANFO, 1)] == 1
    assert set(told.values()) == {1}


async def test_stopped_it_takes_no_more_facts(database_url: str, gateway: Gateway) -> None:
    async with running_service(database_url, gateway) as service:
        ledger = service.runtime.ledger
    with pytest.raises(LedgerClosedError):
        await ledger.write(lambda _tx: None)
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def test_a_story_goes_on_where_its_clock_was(database_url: str, gateway: Gateway) -> None:
    settings = settings_for(database_url, "http://127.0.0.1:9", gateway)
    times = []
    for _ in range(2):
        async with running_service(
            database_url, gateway, clock_anchor=settings.clock_anchor
        ) as service:
            times.append(service.runtime.clock.now())
    assert times[0] < times[1]


async def test_two_applications_in_one_process_do_not_share(gateway: Gateway) -> None:
    settings = settings_for("sqlite://", "http://127.0.0.1:9", gateway)
    assert create_app(settings).state is not create_app(settings).state
