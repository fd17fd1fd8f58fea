"""Deliveries are counted separately from the log, at a limited rate, and after every request."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy.exc import SQLAlchemyError

from alerting.feed.progress import Sending, Sent, read_sent
from tests.support.watched_city import (
    CHIEF,
    COUNTY,
    FAR,
    INFORMANT,
    QIANFO,
    TOWN,
    City,
    HeldDatabase,
    until,
)

QUEUED = {"village": {"websocket": {"queued": 1}}}


@pytest.fixture
async def held(database_url: str) -> AsyncIterator[City]:
    watched_city = City(database_url, HeldDatabase(database_url, read_sent))
    await watched_city.open()
    yield watched_city
    await watched_city.close()


def test_counts_are_shown_only_to_divisions_that_contain_the_whole_area() -> None:
    counts = {"village": {"sms": {"sent": 1}}}
    seen = {d: Sent((TOWN, FAR), counts).seen_from(d) for d in (COUNTY, TOWN, QIANFO)}
    assert seen == {COUNTY: counts, TOWN: None, QIANFO: None}


async def test_each_alert_has_its_own_counts(watched_city: City) -> None:
    await watched_city.owe(INFORMANT)
    await watched_city.owe(CHIEF)
    await watched_city.deliver(CHIEF)
    found = await watched_city.database.read(
        lambda db: read_sent(db, [watched_city.alert, watched_city.alert + 1])
    )
    told = {"websocket": {"delivered": 1}}
    assert found[watched_city.alert] == Sent((TOWN,), QUEUED | {"county": told})
    assert found[watched_city.alert + 1].counts == {}


async def test_deliveries_are_counted_on_request(watched_city: City) -> None:
    sending = Sending(watched_city.database, watched_city.alert, lambda: None)
    await asyncio.sleep(0.3)
    assert sending.latest is None
    sending.ask()
    await until(lambda: sending.latest)
    sending.end()


async def test_only_changed_counts_are_announced(watched_city: City) -> None:
    told = list[Sent | None]()
    sending = Sending(
        watched_city.database, watched_city.alert, lambda: told.append(sending.latest)
    )
    for _ in range(3):
        await sending._read()
    await watched_city.owe(INFORMANT)
    for _ in range(3):
        await sending._read()
    assert told == [Sent((TOWN,), {}), Sent((TOWN,), QUEUED)]
    sending.end()


async def test_request_during_a_count_starts_another(held: City) -> None:
    database = held.database
    assert isinstance(database, HeldDatabase)
    sending = Sending(database, held.alert, lambda: None)
    database.after.clear()
    sending.ask()
    await database.reached.wait()
    await held.owe(INFORMANT)
    sending.ask()
    database.after.set()
    await until(lambda: sending.latest == Sent((TOWN,), {}))
    await until(lambda: sending.latest == Sent((TOWN,), QUEUED))
    sending.end()


async def test_counting_uses_at_most_a_tenth_of_the_time(held: City) -> None:
    database, clock = held.database, asyncio.get_running_loop().time
    assert isinstance(database, HeldDatabase)
    sending = Sending(database, held.alert, lambda: None)
    database.before.clear()
    sending.ask()
    await database.reached.wait()
    began = clock()
    await asyncio.sleep(0.2)
    took = clock() - began
    database.before.set()
    await until(lambda: sending.latest)
    await held.owe(INFORMANT)
    sending.ask()
    await until(lambda: sending.latest == Sent((TOWN,), QUEUED))
    assert clock() - began >= 10 * took
    sending.end()


async def test_failed_count_is_retried(watched_city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    failures, read = [SQLAlchemyError("away")], watched_city.database.read_together

    async def failing(query: Any, key: Any) -> Any:
        if failures:
            raise failures.pop()
        return await read(query, key)

    monkeypatch.setattr(watched_city.database, "read_together", failing)
    sending = Sending(watched_city.database, watched_city.alert, lambda: None)
    sending.ask()
    await until(lambda: sending.latest)
    assert not failures
    sending.end()
