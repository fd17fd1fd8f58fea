"""The runtime that is passed to services: ledger, database, clock, policy and security log."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from weakref import WeakValueDictionary

from alerting.clock_file import ClockFile
from alerting.database.engine import Database
from alerting.ledger.writer import Ledger
from alerting.policy.policy import Policy
from alerting.security_log.book import SecurityBook
from alerting.security_log.rules import SecurityEvent


def wall_clock() -> datetime:
    """Return the machine's time, for leases and for comparison with providers' times."""
    return datetime.now(UTC)


class Clock:
    """The clock of alert time: the machine's clock, or a clock file in a drill."""

    def __init__(self, file: ClockFile | None = None) -> None:
        self._file = file

    @property
    def is_drill(self) -> bool:
        """Whether this is a drill's clock; every alert is an exercise then."""
        return self._file is not None

    @property
    def speed(self) -> float:
        """Current speed relative to the machine's clock."""
        return 1.0 if self._file is None else self._file.speed(wall_clock())

    def now(self) -> datetime:
        """Return the alert time, as an aware datetime in UTC."""
        wall = wall_clock()
        return wall if self._file is None else self._file.at(wall)


class KeyedLocks:
    """A first-in-first-out lock per key, so that a flood from one key delays only that key.

    For example, many texts of one sender would otherwise occupy the writer together, and the
    answers of all other people would wait for them.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, key: str) -> asyncio.Lock:
        """Return the lock of a key; it is collected when nobody holds it or waits for it."""
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        return lock


@dataclass(frozen=True)
class Runtime:
    """The database to read from, the ledger to write to, the clock and the policy."""

    database: Database
    ledger: Ledger
    clock: Clock
    security: SecurityBook = field(default_factory=SecurityBook)
    """Collects the security events of this process."""
    locks: KeyedLocks = field(default_factory=KeyedLocks)
    """Locks by sender of texts, and by household link."""

    def note(self, event: SecurityEvent) -> None:
        """Record a security event that happens now; call it on the event loop."""
        self.security.note(event, wall_clock())

    @property
    def policy(self) -> Policy:
        """The policy, shared with the ledger."""
        return self.ledger.policy
