"""What every service works with."""

from dataclasses import dataclass

from alerting.clock import Clock
from alerting.core.policy import Policy
from alerting.storage.database import Database
from alerting.storage.ledger import Ledger


@dataclass(frozen=True)
class Desk:
    """The ledger to write to, the database to read, the time, and the place's policy."""

    database: Database
    ledger: Ledger
    clock: Clock
    policy: Policy
