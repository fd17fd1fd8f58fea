"""Drill clocks of constant speed, in memory or in a file for other processes."""

import atexit
import itertools
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from alerting.clock_file import ClockFile, FixedPace
from alerting.drill.story_time import StoryTime
from alerting.runtime import Clock

_FOLDER = TemporaryDirectory(prefix="alerting-clocks-")
atexit.register(_FOLDER.cleanup)
_numbers = itertools.count()


def fixed_clock(speed: float, anchor: datetime | None = None) -> Clock:
    """Return a drill clock of constant speed, anchored now by default; with speed 0 it stands."""
    return Clock(FixedPace(speed, anchor or datetime.now(UTC)))


def story_time(speed: float, anchor: datetime | None = None) -> StoryTime:
    """Return a story time of constant speed that begins at the anchor, by default now."""
    begins = anchor or datetime.now(UTC)
    time = StoryTime(FixedPace(speed, begins))
    time.begin(begins.isoformat())
    return time


def clock_file(speed: float) -> Path:
    """Create a clock file of constant speed, anchored now."""
    file = Path(_FOLDER.name) / str(next(_numbers))
    ClockFile.create(file, speed, datetime.now(UTC))
    return file
