from datetime import UTC, datetime

from alerting.clock_file import FixedPace
from alerting.drill.timers import StoryClock


async def test_clock_counts_story_seconds_since_creation() -> None:
    pace = FixedPace(1000.0, datetime.now(UTC))
    before = pace.at(datetime.now(UTC))
    clock = StoryClock(pace)
    await clock.sleep(20)
    assert 20 <= clock.now() <= (pace.at(datetime.now(UTC)) - before).total_seconds()
