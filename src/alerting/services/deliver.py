"""Sending what is owed: claim under a lease, send with no transaction open, write the outcome."""

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerting.channels.base import Answer, Channel, Message
from alerting.clock import wall_clock
from alerting.core.delivery import (
    Decision,
    DeliveryState,
    Failure,
    OutcomeKind,
    retry_decision,
)
from alerting.core.pace import Pace
from alerting.core.plan import Channel as ChannelName
from alerting.metrics import ATTEMPTS
from alerting.services.desk import Desk
from alerting.storage.claims import (
    Claimed,
    anything_waits,
    claim,
    claim_doubtful,
    expire,
)
from alerting.storage.ledger import Transaction
from alerting.storage.outcomes import Outcome, record_outcomes
from alerting.storage.paces import bucket_of, spend

_POLL_SECONDS: Final = 0.5
_GRACE: Final = timedelta(seconds=5)
"""How long a callback may take to heal a lost answer, before the provider is asked."""
_GATHERING_SECONDS: Final = 0.02
"""How far apart the commits of outcomes begin: nobody waits for one, so they share it."""

log = structlog.get_logger()


class Dispatcher:
    """Claims and sends what is owed by one channel, so many at once, until it is cancelled.

    It begins no more than the sender's `pace` lets all processes together. What is under way when
    it is cancelled is left to its lease: whoever finds it lapsed asks the provider.
    """

    def __init__(
        self,
        desk: Desk,
        name: ChannelName,
        channel: Channel,
        at_once: int,
        pace: Pace,
    ) -> None:
        self._desk = desk
        self._name = name
        self._channel = channel
        self._pace = pace
        self._hint = asyncio.Event()
        self._at_once = at_once
        # One batch is on its way while the next one waits, so that no sender is ever idle.
        self._claimed: asyncio.Queue[tuple[Claimed, bool]] = asyncio.Queue(self._at_once)
        self._enough_room = (self._at_once + 1) // 2
        self._concluding: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Look now: something may be owed."""
        self._hint.set()

    async def run(self) -> None:
        """Send until cancelled; what has been answered by then is still written."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._at_once):
                    group.create_task(self._send_claimed())
                while True:
                    self._hint.clear()
                    if not await self._claim():
                        await self._wait_for_hint()
        finally:
            await asyncio.gather(*self._concluding)

    async def _wait_for_hint(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._hint.wait(), _POLL_SECONDS)

    async def _claim(self) -> int:
        """Claim as many as there is room for; return how many there were."""
        room = self._at_once - self._claimed.qsize()
        if room < self._enough_room:
            return 0
        now, wall = self._desk.clock.now(), wall_clock()
        lease_until = wall + self._desk.policy.sending.lease

        def take(transaction: Transaction) -> list[tuple[Claimed, bool]]:
            doubtful = claim_doubtful(
                transaction, self._name, room, wall=wall, lease_until=lease_until
            )
            most = room - len(doubtful)
            fresh = self._begin(transaction, most, now=now, wall=wall, lease_until=lease_until)
            if not fresh:
                # Nothing is sent late in any case: what has expired can wait for a quiet moment.
                expire(transaction, now)
            return [(claimed, True) for claimed in doubtful] + [(c, False) for c in fresh]

        try:
            # Alone: who holds the sender's bucket and waits for an alert must not wait for one
            # that holds the alert and waits for the bucket.
            taken = await self._desk.ledger.write(take, alone=True)
        except SQLAlchemyError:
            log.exception("claiming failed")
            return 0
        for one in taken:
            await self._claimed.put(one)
        return len(taken)

    def _begin(
        self,
        transaction: Transaction,
        room: int,
        *,
        now: datetime,
        wall: datetime,
        lease_until: datetime,
    ) -> list[Claimed]:
        """Claim what is queued, as far as there is room for it and the sender's pace allows."""
        connection = transaction.connection
        if room <= 0 or not anything_waits(connection, self._name, now):
            return []
        bucket = bucket_of(connection, self._pace, now)
        most = min(room, int(bucket.tokens))
        if most <= 0:
            return []
        fresh = claim(transaction, self._name, most, now=now, wall=wall, lease_until=lease_until)
        if fresh:
            spend(connection, self._pace, bucket, sum(max(1, one.segments) for one in fresh))
        return fresh

    async def _send_claimed(self) -> None:
        while True:
            claimed, in_doubt = await self._claimed.get()
            if self._at_once - self._claimed.qsize() == self._enough_room:
                self._hint.set()
            if wall_clock() >= claimed.lease_until:
                continue  # Somebody else may hold it by now.
            answer = await self._ask(claimed, in_doubt=in_doubt)
            conclusion = asyncio.create_task(self._conclude(claimed, answer))
            self._concluding.add(conclusion)
            conclusion.add_done_callback(self._concluding.discard)

    async def _ask(self, claimed: Claimed, *, in_doubt: bool) -> Answer:
        left = claimed.expires_at - self._desk.clock.now()
        message = Message(claimed.number, claimed.body, claimed.token, int(left.total_seconds()))
        if in_doubt:
            return await self._channel.look_up(message, claimed.started_at)
        if left <= timedelta(0):
            # It expired while it waited for its turn.
            return Answer(OutcomeKind.REFUSED, failure=Failure.NEVER, detail="expired")
        return await self._channel.send(message)

    async def _conclude(self, claimed: Claimed, answer: Answer) -> None:
        outcome = conclude(self._desk, claimed, answer)
        if answer.failure is Failure.PAGE_OPERATOR:
            log.critical("the provider refuses the account", answer=answer)
        elif answer.failure:
            log.warning("delivery not accepted", delivery=claimed.delivery, answer=answer)
        await asyncio.sleep(_until_commit(asyncio.get_running_loop().time()))
        try:
            await self._desk.ledger.write_item(record_outcomes, outcome)
        except SQLAlchemyError:
            # Its lease will end, and then the provider is asked what became of it.
            log.exception("outcome not written", delivery=claimed.delivery)


def _until_commit(time: float) -> float:
    """Return how long to wait at this time, in seconds: all who wait then go on together."""
    return _GATHERING_SECONDS - time % _GATHERING_SECONDS


def conclude(desk: Desk, claimed: Claimed, answer: Answer) -> Outcome:
    """Return what an attempt's answer means for its delivery."""
    now, wall = desk.clock.now(), wall_clock()
    ATTEMPTS.labels(answer.kind).inc()
    next_state, due_at, lease_until = DeliveryState.ACCEPTED, None, None
    if answer.kind is OutcomeKind.UNKNOWN:
        next_state, lease_until = DeliveryState.UNKNOWN, wall + _GRACE
    elif answer.kind is OutcomeKind.REFUSED:
        decision = _after_refusal(claimed, answer, desk)
        due_at = decision.retry_at
        next_state = DeliveryState.QUEUED if due_at else DeliveryState.REFUSED
    return Outcome(
        claimed,
        answer.kind,
        next_state,
        finished_at=wall,
        now=now,
        provider_id=answer.provider_id,
        error_code=answer.error_code,
        due_at=due_at,
        lease_until=lease_until,
        needs_operator=answer.failure is Failure.PAGE_OPERATOR,
    )


def _after_refusal(claimed: Claimed, answer: Answer, desk: Desk) -> Decision:
    failure = answer.failure or Failure.UNLISTED
    now = desk.clock.now()
    return retry_decision(failure, claimed.attempt, now, claimed.expires_at, answer.retry_after)
