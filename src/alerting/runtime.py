"""What every verb works with: the ledger, the database, the time, and the place's policy."""

from dataclasses import dataclass
from datetime import UTC, datetime

from alerting.clock_file import ClockFile
from alerting.database.engine import Database
from alerting.ledger.writer import Ledger
from alerting.policy.policy import Policy


def wall_clock() -> datetime:
    """Return the machine's time: for leases and attempts, which providers time as well."""
    return datetime.now(UTC)


class Clock:
    """The time alerts live in: the machine's; in a drill, that of a file."""

    def __init__(self, file: ClockFile | None = None) -> None:
        self._file = file

    @property
    def is_drill(self) -> bool:
        """Whether it is a drill's: no alert is a live one then."""
        return self._file is not None

    @property
    def speed(self) -> float:
        """How fast it runs now, compared with the machine's."""
        return 1.0 if self._file is None else self._file.speed(wall_clock())

    def now(self) -> datetime:
        """Return the alert time, aware, in UTC."""
        wall = wall_clock()
        return wall if self._file is None else self._file.at(wall)


@dataclass(frozen=True)
class Runtime:
    """The ledger to write to, the database to read, the time, and the place's policy."""

    database: Database
    ledger: Ledger
    clock: Clock

    @property
    def policy(self) -> Policy:
        """What the place decides for itself: the one by which the ledger writes."""
        return self.ledger.policy
