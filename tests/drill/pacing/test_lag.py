import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerting.clock_file import ClockFile
from alerting.drill.pacing.lag import Lag, Work
from alerting.drill.pacing.looks import Look
from alerting.drill.story_time import StoryTime
from tests.support.clocks import story_time

ANCHOR = datetime(2022, 8, 29, 4, 0, tzinfo=UTC)


@pytest.fixture
def lag() -> Lag:
    """Return the lag of a service while the story's clock stands still."""
    return Lag(story_time(0.0, ANCHOR))


def test_lag_is_zero_before_the_first_look(lag: Lag) -> None:
    assert lag.worst() == (None, 0.0)


def test_worst_lag_is_the_largest_of_all_kinds_of_work(lag: Lag) -> None:
    lag.done_until = {
        Work.TEXTS: ANCHOR - timedelta(seconds=20),
        Work.ANSWERS: ANCHOR - timedelta(seconds=70),
        Work.STEPS: ANCHOR + timedelta(seconds=5),
    }
    assert lag.worst() == (Work.ANSWERS, 70.0)


def test_work_done_ahead_of_time_has_no_lag(lag: Lag) -> None:
    lag.done_until = {Work.STEPS: ANCHOR + timedelta(seconds=5)}
    assert lag.worst() == (Work.STEPS, 0.0)


async def watched(lag: Lag, look: Look, looks: int) -> None:
    """Run `lag.watch` until `look` has been called `looks` times."""
    looked = asyncio.Semaphore(0)

    async def counted(at: datetime) -> datetime | None:
        looked.release()
        return await look(at)

    watching = asyncio.create_task(lag.watch(Work.STEPS, counted))
    async with asyncio.timeout(60):
        for _ in range(looks):
            await looked.acquire()
    watching.cancel()


async def test_watch_stores_the_instant_that_a_look_returns(lag: Lag) -> None:
    async def look(at: datetime) -> datetime:
        return at - timedelta(seconds=30)

    await watched(lag, look, 2)
    assert lag.worst() == (Work.STEPS, 30.0)


async def test_watch_keeps_the_instant_if_a_look_returns_none(lag: Lag) -> None:
    known = iter([ANCHOR - timedelta(seconds=30), None, None])

    async def look(_at: datetime) -> datetime | None:
        return next(known)

    await watched(lag, look, 3)
    assert lag.worst() == (Work.STEPS, 30.0)


def test_look_interval_does_not_count_as_lag(tmp_path: Path) -> None:
    began = datetime.now(UTC)
    lag = Lag(StoryTime(ClockFile.create(tmp_path / "clock", 1000.0, began)))
    lag.done_until = {Work.STEPS: lag.time.now()}
    assert lag.worst()[1] == 0.0
    lag.done_until = {Work.STEPS: lag.time.now() - timedelta(seconds=500)}
    assert lag.worst()[1] >= 250.0
