import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from alerting.drill.story_time import StoryTime, clock_face
from tests.support.patience import PATIENCE_SECONDS

ANCHOR = datetime(2022, 8, 29, 4, 0, tzinfo=UTC)


def test_runs_faster_from_the_anchor_on() -> None:
    time = StoryTime(60.0, ANCHOR)
    assert time.at(ANCHOR) == ANCHOR
    assert time.at(ANCHOR + timedelta(seconds=2)) == ANCHOR + timedelta(minutes=2)
    assert time.real(90.0) == 1.5


def test_counts_from_the_alert() -> None:
    time = StoryTime(60.0, ANCHOR)
    assert time.elapsed(ANCHOR) == 0.0
    time.begin("2022-08-29T12:05:00+08:00")
    assert time.elapsed(ANCHOR + timedelta(minutes=6)) == 60.0


async def test_waits_until_a_story_second_and_not_for_one_that_has_passed() -> None:
    time = StoryTime(1000.0, datetime.now(UTC))
    time.begin(time.now().isoformat())
    await time.until(50.0)
    assert time.elapsed() >= 50.0
    async with asyncio.timeout(PATIENCE_SECONDS):
        await time.until(-10_000.0)


@pytest.mark.parametrize(
    ("seconds", "face"), [(0, "T+00:00"), (61.9, "T+01:01"), (7325, "T+122:05")]
)
def test_is_shown_as_minutes_and_seconds(seconds: float, face: str) -> None:
    assert clock_face(seconds) == face
