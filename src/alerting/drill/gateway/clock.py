"""Story time: the clock of the simulated city."""

from alerting.clock_file import ClockFile
from alerting.drill.timers import Timers, utc_now


class StoryClock(Timers):
    """Counts story seconds since its creation."""

    def __init__(self, clock: ClockFile) -> None:
        super().__init__(clock)
        self._origin = clock.at(utc_now())

    def now(self) -> float:
        """Return the story seconds since the start."""
        return (self.clock.at(utc_now()) - self._origin).total_seconds()
