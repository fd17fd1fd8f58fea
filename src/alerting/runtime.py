"""What every verb works with: the ledger, the database, the time, and the place's policy."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from alerting.database.engine import Database
from alerting.ledger.writer import Ledger
from alerting.policy.policy import Policy


def wall_clock() -> datetime:
    """Return the machine's time: for leases and attempts, which providers time as well."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """The time alerts live in. In a drill it runs `speed` times as fast from `anchor` on."""

    speed: float = 1.0
    anchor: datetime = field(default_factory=wall_clock)

    def now(self) -> datetime:
        """Return the alert time, aware, in UTC."""
        if self.speed == 1.0:
            return wall_clock()
        return self.anchor + (wall_clock() - self.anchor) * self.speed


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
