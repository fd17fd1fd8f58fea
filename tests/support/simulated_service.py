"""A whole service in one process, on a clock that the test sets, with a simulated provider.

A crash loses the process's memory, which holds claims in flight and waiting units. The database is
a file and stays.
"""

import asyncio
import itertools
import shutil
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Executable

from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.dark_villages.darken import look_for_dark, start_dark_door_tasks
from alerting.database.engine import Database
from alerting.deliveries.channel import Answer
from alerting.deliveries.claims import Claimed, claim, claim_doubtful
from alerting.deliveries.dispatcher import outcome_of
from alerting.deliveries.outcomes import Outcome, record_outcomes
from alerting.deliveries.rules.delivery import Failure, OutcomeKind
from alerting.escalation.loop import STEPS
from alerting.ledger.writer import Ledger, Transaction
from alerting.policy.sections import Channel
from alerting.runtime import Clock, Runtime
from contacts.directory import Officer
from tests.support.city import BY_CHANNEL, NOW, POLICY, found_city, somebody

_Result = TypeVar("_Result")
LEASE: Final = timedelta(seconds=30)


class SetClock(Clock):
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        super().__init__()
        self.times = [NOW]

    def now(self) -> datetime:
        return self.times[0]


@dataclass(frozen=True)
class Handed:
    """A message as the provider got it; `place` increases with each message."""

    place: int
    claimed: Claimed
    channel: Channel


def _go_into_the_dark(transaction: Transaction, now: datetime) -> int:
    found = look_for_dark(transaction.connection, now, transaction.policy)
    return start_dark_door_tasks(transaction, found, now) if found else 0


class World:
    """The simulated service on the tests' city, and all messages handed to the provider."""

    def __init__(self, file: Path, template: Path, households: int) -> None:
        self.url = f"sqlite:///{shutil.copy(template, file)}"
        self.loop = asyncio.new_event_loop()
        self.clock = SetClock()
        self.handed: list[Handed] = []
        self.open_claims: list[tuple[Channel, Claimed]] = []
        self._places = itertools.count()
        self._open()
        with self.database.writer.begin() as connection:
            found_city(connection, households)

    def _open(self) -> None:
        self.database = Database(self.url)
        self.ledger = self.run(self._ledger())
        self.runtime = Runtime(self.database, self.ledger, self.clock)

    async def _ledger(self) -> Ledger:
        return Ledger(self.database, lambda _topic: None, POLICY)

    def run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        return self.loop.run_until_complete(work)

    def close(self) -> None:
        self.run(self.ledger.close())
        self.database.close()
        self.loop.close()

    def crash(self) -> None:
        """Drop the process, and start another one on the same file."""
        self.open_claims.clear()
        self.run(self.ledger.close())
        self.database.close()
        self._open()

    def now(self) -> datetime:
        return self.clock.now()

    def ago(self, seconds: float) -> datetime:
        return self.now() - timedelta(seconds=seconds)

    def wait(self, seconds: float) -> None:
        """Advance the clock, and run all steps that become due."""
        self.clock.times[0] += timedelta(seconds=seconds)
        # A claim is no longer sent once its lease has expired.
        held = [(by, one) for by, one in self.open_claims if one.lease_until > self.now()]
        self.open_claims = held
        for _ in range(1000):
            if not self._tick():
                return
        raise AssertionError("the escalation does not come to an end")

    def _tick(self) -> int:
        now, steps = self.now(), (_go_into_the_dark, *STEPS)
        return int(self.run(self.ledger.write(lambda tx: sum(step(tx, now) for step in steps))))

    def somebody(self, officer_id: str) -> Officer:
        return self.database.look(lambda db: somebody(db, officer_id))

    def rows(self, statement: Executable) -> list[Any]:
        return self.database.look(lambda db: list(db.execute(statement).all()))

    def record(self, item: NewEvidence) -> None:
        """Record evidence unchanged."""
        self.run(self.ledger.write(lambda tx: record_evidence(tx, [item])))

    def claim(self, channel: Channel, most: int) -> None:
        """Claim queued messages, which are in flight until answered, lost or dropped by a crash."""
        now = self.now()
        claimed = self.run(
            self.ledger.write(
                lambda tx: claim(
                    tx, BY_CHANNEL[channel], most, now=now, wall=now, lease_until=now + LEASE
                )
            )
        )
        self.open_claims += [(channel, one) for one in claimed]

    def answer(self, place: int, answer: Answer, *, taken: bool) -> None:
        """Record the provider's answer to a claimed message, which it accepted if `taken`."""
        channel, claimed = self.open_claims.pop(place % len(self.open_claims))
        if taken:
            self.handed.append(Handed(next(self._places), claimed, channel))
        outcome = outcome_of(self.runtime, claimed, answer)
        self._record(outcome)

    def lose(self, place: int, *, taken: bool) -> None:
        """Leave a claimed message unanswered, so that only the expiry of its lease frees it."""
        channel, claimed = self.open_claims.pop(place % len(self.open_claims))
        if taken:
            self.handed.append(Handed(next(self._places), claimed, channel))

    def look_up(self, channel: Channel) -> None:
        """Look up all messages with unknown outcome at the provider, which answers truthfully."""
        now = self.now()
        doubtful = self.run(
            self.ledger.write(
                lambda tx: claim_doubtful(
                    tx, BY_CHANNEL[channel], 100, wall=now, lease_until=now + LEASE
                )
            )
        )
        tokens = {handed.claimed.token for handed in self.handed}
        for claimed in doubtful:
            if claimed.token in tokens:
                answer = Answer(OutcomeKind.ACCEPTED, provider_id=f"SM{claimed.delivery}")
            else:
                answer = Answer(OutcomeKind.REFUSED, failure=Failure.RETRY, detail="not found")
            self._record(outcome_of(self.runtime, claimed, answer))

    def _record(self, outcome: Outcome) -> None:
        # Leases use the wall clock, which stands still here too.
        lease = outcome.lease_until and self.now() + LEASE
        outcome = replace(outcome, finished_at=self.now(), lease_until=lease)
        self.run(self.ledger.write_item(record_outcomes, outcome))
