"""Posts through apprise in a child process, to a real server that refuses, hangs or is down."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from alerting.work_groups.poster import Posted, Poster, Verdict
from tests.support.group_services import GroupServices, group_services, nobody_listens
from tests.support.patience import PATIENCE_SECONDS


@pytest.fixture
async def services() -> AsyncIterator[GroupServices]:
    async with group_services() as services:
        yield services


@pytest.fixture
async def poster() -> AsyncIterator[Poster]:
    poster = Poster(PATIENCE_SECONDS)
    yield poster
    await poster.close()


async def test_body_arrives_unchanged(poster: Poster, services: GroupServices) -> None:
    words = "演练：应急指挥部：立即撤离！<千佛村> & *滑坡*，13:10。"
    assert await poster.post(services.address("county"), words) == Posted(Verdict.TAKEN)
    assert services.posts == [("county", words)]


async def test_refusal_has_the_http_status(poster: Poster, services: GroupServices) -> None:
    services.statuses["county"] = 404
    assert await poster.post(services.address("county"), "x") == Posted(Verdict.REFUSED, 404)
    assert services.posts == [("county", "x")]


async def test_unreachable_service_counts_as_a_refusal(poster: Poster) -> None:
    with nobody_listens() as address:
        assert await poster.post(address, "x") == Posted(Verdict.REFUSED)


async def test_address_that_apprise_does_not_know_is_invalid(
    poster: Poster, services: GroupServices
) -> None:
    assert await poster.check(SecretStr("nosuchservice://token")) == Posted(Verdict.INVALID)
    assert await poster.check(services.address("county")) == Posted(Verdict.TAKEN)
    assert services.posts == []


async def test_slow_group_does_not_delay_others(poster: Poster, services: GroupServices) -> None:
    services.held["slow"] = asyncio.Event()
    waiting = asyncio.create_task(poster.post(services.address("slow"), "x"))
    await services.until("slow", 1)
    assert await poster.post(services.address("county"), "x") == Posted(Verdict.TAKEN)
    assert not waiting.done()
    services.held["slow"].set()
    assert await waiting == Posted(Verdict.TAKEN)


async def test_timeout_gives_the_verdict_unanswered(
    services: GroupServices,
) -> None:
    services.held["slow"] = asyncio.Event()
    poster = Poster(5)
    try:
        assert await poster.post(services.address("slow"), "x") == Posted(Verdict.UNANSWERED)
    finally:
        await poster.close()


async def test_dead_process_is_replaced(poster: Poster, services: GroupServices) -> None:
    services.held["slow"] = asyncio.Event()
    waiting = asyncio.create_task(poster.post(services.address("slow"), "x"))
    await services.until("slow", 1)
    assert poster._process
    poster._process.kill()
    assert await waiting == Posted(Verdict.UNANSWERED)
    assert await poster.post(services.address("county"), "x") == Posted(Verdict.TAKEN)


async def test_close_ends_the_process(services: GroupServices) -> None:
    poster = Poster(PATIENCE_SECONDS)
    await poster.close()
    await poster.post(services.address("county"), "x")
    assert poster._process
    await poster.close()
    assert poster._process.returncode is not None
