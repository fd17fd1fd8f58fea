import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerting.clock_file import ClockFile, FixedPace
from alerting.drill.story_time import StoryTime, clock_face
from tests.support.clocks import story_time
from tests.support.patience import PATIENCE_SECONDS

ANCHOR = datetime(2022, 8, 29, 4, 0, tzinfo=UTC)


def test_elapsed_counts_from_the_alert() -> None:
    time = StoryTime(FixedPace(60.0, ANCHOR))
    assert time.at(ANCHOR + timedelta(seconds=2)) == ANCHOR + timedelta(minutes=2)
    assert time.elapsed(ANCHOR) == 0.0
    time.begin("2022-08-29T12:05:00+08:00")
    assert time.elapsed(ANCHOR + timedelta(minutes=6)) == 60.0


async def test_until_returns_immediately_for_a_past_second() -> None:
    time = story_time(1000.0)
    await time.until(50.0)
    assert time.elapsed() >= 50.0
    async with asyncio.timeout(PATIENCE_SECONDS):
        await time.until(-10_000.0)


def test_mean_speed_counts_from_the_alert(tmp_path: Path) -> None:
    began = datetime.now(UTC) - timedelta(seconds=100)
    clock = ClockFile.create(tmp_path / "clock", 40.0, began)
    time = StoryTime(clock)
    assert time.mean_speed() == 0.0
    time.begin(began.isoformat())
    clock.change(20.0, began + timedelta(seconds=50))
    assert time.mean_speed() == pytest.approx(30.0, rel=0.1)


@pytest.mark.parametrize(
    ("seconds", "face"), [(0, "T+00:00"), (61.9, "T+01:01"), (7325, "T+122:05")]
)
def test_clock_face_shows_minutes_and_seconds(seconds: float, face: str) -> None:
    assert clock_face(seconds) == face
