import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerting.clock_file import ClockFile
from alerting.drill.pacing.lag import Lag, Work
from alerting.drill.pacing.pacer import Pacer
from alerting.drill.pacing.speed import SLOWEST
from alerting.drill.progress.milestones import Journal
from alerting.drill.story_time import StoryTime


@pytest.fixture
def pacer(tmp_path: Path) -> Pacer:
    time = StoryTime(ClockFile.create(tmp_path / "clock", 40.0, datetime.now(UTC)))
    return Pacer(time, Lag(time), 40.0, Journal(time))


def late(pacer: Pacer, seconds: float) -> None:
    pacer.lag.done_until = {Work.TEXTS: pacer.time.now() - timedelta(seconds=seconds)}


def wanted(pacer: Pacer) -> float:
    """Return the speed set last, which takes effect a moment later."""
    return pacer.time.clock.paces()[-1].speed


def test_service_that_keeps_up_leaves_the_clock_unchanged(pacer: Pacer) -> None:
    late(pacer, 1)
    pacer.look()
    assert len(pacer.time.clock.paces()) == 1
    assert pacer.journal.entries == []


def test_lagging_service_slows_the_shared_clock(pacer: Pacer) -> None:
    late(pacer, 300)
    pacer.look()
    assert wanted(pacer) == SLOWEST
    [entry] = pacer.journal.entries
    assert entry.words.startswith("the story slows down, so that the service keeps up: texts due")


def test_slightly_slower_story_is_not_told(pacer: Pacer) -> None:
    late(pacer, 60)
    pacer.look()
    assert SLOWEST < wanted(pacer) < 40.0
    assert pacer.journal.entries == []


async def test_slowing_and_recovery_are_each_told_once(
    pacer: Pacer,
) -> None:
    for seconds in (300, 600):
        late(pacer, seconds)
        pacer.look()
    keeping = asyncio.create_task(pacer.keep())
    async with asyncio.timeout(60):
        while wanted(pacer) < 40.0:
            late(pacer, 0)
            await asyncio.sleep(0.05)
    keeping.cancel()
    late(pacer, 0)
    pacer.look()
    assert len(pacer.journal.entries) == 2
    assert pacer.journal.entries[1].words == "the story goes at 40x again"
