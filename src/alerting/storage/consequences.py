"""What follows once households stand otherwise than before, in the same transaction."""

from collections.abc import Sequence
from datetime import datetime

from alerting.core.escalation import Step, household_ladder
from alerting.core.policy import HouseholdAction
from alerting.core.pursuit import Pursuit, follow, pursuit
from alerting.core.standing import HouseholdStanding
from alerting.storage.ledger import Transaction
from alerting.storage.reopening import reopen
from alerting.storage.roll import Entry, Move
from alerting.storage.tasks import Settled, close_tasks

Moved = tuple[Entry, HouseholdStanding]
"""A household as it stood before, and how it stands now."""


def follow_up(transaction: Transaction, moved: Sequence[Moved], now: datetime) -> list[Move]:
    """Let follow what must: return where the households' ladders go on."""
    settled = [
        Settled(entry.alert, entry.household, standing.settled_by)
        for entry, standing in moved
        if pursuit(standing) is Pursuit.SETTLED
    ]
    close_tasks(transaction, settled, now)
    reopen(transaction, moved, now)
    rules = transaction.policy.household
    ladders = {v: household_ladder(rules, vulnerable=v) for v in (False, True)}
    return [
        _followed(ladders[bool(entry.vulnerable)], entry, standing, now)
        for entry, standing in moved
    ]


def _followed(
    ladder: Sequence[Step[HouseholdAction]],
    entry: Entry,
    standing: HouseholdStanding,
    now: datetime,
) -> Move:
    before, after = pursuit(entry.standing), pursuit(standing)
    reachable = entry.reachable
    position = follow(before, after, ladder, entry.position, now, reachable=reachable)
    return Move(entry, standing, position)
