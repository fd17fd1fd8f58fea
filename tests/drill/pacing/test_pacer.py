import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerting.clock_file import ClockFile
from alerting.drill.pacing.lag import Lag, Work
from alerting.drill.pacing.pacer import IN_TIME, SLOWEST, TOO_LATE, Pacer, is_change, speed_for
from alerting.drill.progress.milestones import Journal
from alerting.drill.story_time import StoryTime


@pytest.mark.parametrize(
    ("lag", "speed"),
    [
        (0.0, 40.0),
        (IN_TIME, 40.0),
        ((IN_TIME + TOO_LATE) / 2, 20.0),
        (TOO_LATE, SLOWEST),
        (500.0, SLOWEST),
    ],
)
def test_speed_falls_with_the_lag(lag: float, speed: float) -> None:
    assert speed_for(lag, 40.0) == speed


def test_speed_is_never_below_real_time() -> None:
    assert speed_for(500.0, 1.0) == SLOWEST


@pytest.mark.parametrize(
    ("speed", "wanted", "is_worth_it"),
    [
        (20.0, 21.9, False),
        (20.0, 22.1, True),
        (20.0, 17.9, True),
        (38.0, 40.0, True),
        (1.05, SLOWEST, True),
        (40.0, 40.0, False),
        (SLOWEST, SLOWEST, False),
    ],
)
def test_small_speed_changes_are_skipped_except_at_the_limits(
    speed: float, wanted: float, is_worth_it: bool
) -> None:
    assert is_change(speed, wanted, 40.0) is is_worth_it


@pytest.mark.parametrize("capacity", [1.5, 3.0, 10.0, 39.0])
def test_speed_settles_at_the_capacity_of_the_service(capacity: float) -> None:
    """The service does `capacity` story seconds of work per second.

    Its lag is read every 0.25 s, and the speed follows the previous reading.
    """
    speed, lag, known, lags = 40.0, 0.0, 0.0, []
    for _ in range(400):
        speed, known = speed_for(known, 40.0), lag
        lag = max(0.0, lag + (speed - capacity) / 4)
        lags.append(lag)
    assert max(lags) < TOO_LATE
    assert speed == pytest.approx(capacity, rel=0.05)


def test_service_that_keeps_up_is_not_slowed() -> None:
    lag = 0.0
    for _ in range(100):
        lag = max(0.0, lag + (speed_for(lag, 40.0) - 41.0) / 4)
        assert speed_for(lag, 40.0) == 40.0


@pytest.fixture
def pacer(tmp_path: Path) -> Pacer:
    time = StoryTime(ClockFile.create(tmp_path / "clock", 40.0, datetime.now(UTC)))
    return Pacer(time, Lag(time), 40.0, Journal(time))


def late(pacer: Pacer, seconds: float) -> None:
    pacer.lag.done_until = {Work.TEXTS: pacer.time.now() - timedelta(seconds=seconds)}


def wanted(pacer: Pacer) -> float:
    """Return the speed that was set last. It takes effect a moment later."""
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


def test_slight_slowing_is_not_journaled(pacer: Pacer) -> None:
    late(pacer, 60)
    pacer.look()
    assert SLOWEST < wanted(pacer) < 40.0
    assert pacer.journal.entries == []


async def test_slowing_and_recovery_are_each_journaled_once(
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
