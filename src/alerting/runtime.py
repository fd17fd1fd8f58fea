"""The runtime passed to every service: ledger, database, clock, policy and security log."""

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
    """Return the machine's time: for leases, and for attempts, which providers time too."""
    return datetime.now(UTC)


class Clock:
    """Clock of alert time: the machine's, or in a drill that of a clock file."""

    def __init__(self, file: ClockFile | None = None) -> None:
        self._file = file

    @property
    def is_drill(self) -> bool:
        """True for a drill's clock: then every alert is an exercise."""
        return self._file is not None

    @property
    def speed(self) -> float:
        """Current speed; 1 is the machine's speed."""
        return 1.0 if self._file is None else self._file.speed(wall_clock())

    def now(self) -> datetime:
        """Return the alert time, aware, in UTC."""
        wall = wall_clock()
        return wall if self._file is None else self._file.at(wall)


class KeyedLocks:
    """A lock for each key, first in, first out: a flood from one key delays only it.

    Without locks, the texts of one sender that wait together would each take the writer's whole
    round of statements, and everybody's answers would wait for all of them.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, key: str) -> asyncio.Lock:
        """Return the key's lock; it is forgotten once nobody holds it or waits for it."""
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        return lock


@dataclass(frozen=True)
class Runtime:
    """The ledger to write to, the database to read from, the clock, and the policy."""

    database: Database
    ledger: Ledger
    clock: Clock
    security: SecurityBook = field(default_factory=SecurityBook)
    """The security events of this process."""
    locks: KeyedLocks = field(default_factory=KeyedLocks)
    """A lock for each sender of texts, and for each household's link."""

    def note(self, event: SecurityEvent) -> None:
        """Note a security event that happens now; call it on the event loop."""
        self.security.note(event, wall_clock())

    @property
    def policy(self) -> Policy:
        """The place's policy, the same that the ledger writes by."""
        return self.ledger.policy
