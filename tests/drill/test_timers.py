"""Tests of timers in story time, which run actions on time even if the speed changes."""

import asyncio
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from alerting.clock_file import ClockFile, FixedPace
from alerting.drill.timers import Timers, utc_now

WAIT_SECONDS = 60.0


@pytest.fixture
def timers() -> Timers:
    return Timers(FixedPace(1000.0, datetime.now(UTC)))


@pytest.fixture
def changing(tmp_path: Path) -> Timers:
    """Return timers with a very slow clock whose speed can be changed."""
    return Timers(ClockFile.create(tmp_path / "clock", 0.001, datetime.now(UTC)))


def test_utc_now_is_time_zone_aware() -> None:
    assert utc_now().utcoffset() is not None


async def test_sleep_lasts_the_given_story_seconds(timers: Timers) -> None:
    began = timers.clock.at(utc_now())
    await timers.sleep(20)
    assert (timers.clock.at(utc_now()) - began).total_seconds() >= 20


async def test_actions_run_in_order_of_their_times(timers: Timers) -> None:
    happened: list[int] = []
    for seconds in (30, 10, 20, 10):
        timers.later(seconds, partial(happened.append, seconds))
    await timers.sleep(40)
    assert happened == [10, 10, 20, 30]


async def test_cancelled_timer_does_not_run(timers: Timers) -> None:
    happened: list[str] = []
    timers.later(5, lambda: happened.append("called off")).cancel()
    timers.later(10, lambda: happened.append("done"))
    assert happened == []
    await timers.sleep(30)
    assert happened == ["done"]


async def test_due_timer_can_be_cancelled_by_another_due_timer(timers: Timers) -> None:
    happened: list[str] = []
    later = timers.later(10, lambda: happened.append("later"))
    timers.later(5, later.cancel)
    time.sleep(0.05)  # noqa: ASYNC251 - so that both are due at once
    await timers.sleep(0)
    assert happened == []


async def test_timer_for_the_present_runs_immediately(changing: Timers) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        await changing.sleep(0)
        await changing.sleep(-5)


async def test_sleeper_wakes_on_time_when_the_story_speeds_up(changing: Timers) -> None:
    sleeping = asyncio.create_task(changing.sleep(10))
    await asyncio.sleep(0)
    changing.clock.change(1000.0, utc_now())
    async with asyncio.timeout(WAIT_SECONDS):
        await sleeping


async def test_sleeper_sleeps_longer_when_the_story_slows_down(tmp_path: Path) -> None:
    timers = Timers(ClockFile.create(tmp_path / "clock", 50.0, datetime.now(UTC)))
    sleeping = asyncio.create_task(timers.sleep(20))
    timers.clock.change(0.001, utc_now())
    await asyncio.sleep(0.5)  # At the old speed the sleep would end after 0.4 s.
    assert not sleeping.done()
    sleeping.cancel()


async def test_clock_is_not_read_once_all_timers_are_cancelled(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    timers = Timers(ClockFile.create(file, 50.0, datetime.now(UTC)))
    timers.later(20, print).cancel()
    sleeping = asyncio.create_task(timers.sleep(40))
    await asyncio.sleep(0)
    sleeping.cancel()
    file.unlink()  # A drill deletes its clock's file when it ends.
    failed: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, why: failed.append(why))
    await asyncio.sleep(0.2)
    assert failed == []


async def test_timeout_ends_a_block_after_story_seconds(timers: Timers) -> None:
    with pytest.raises(TimeoutError):
        async with timers.timeout(10):
            await asyncio.sleep(WAIT_SECONDS)


async def test_timeout_ignores_a_block_that_ends_in_time(timers: Timers) -> None:
    async with timers.timeout(10):
        pass
    await timers.sleep(20)
