"""Dispatcher of a provider: it leases deliveries, sends them and records the outcomes."""

import asyncio
import contextlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from alerting.deliveries.channel import UNSENDABLE, Answer, ChannelClient, Message
from alerting.deliveries.claims import (
    Claimed,
    any_without_route,
    anything_waits,
    claim,
    claim_doubtful,
    expire,
)
from alerting.deliveries.outcomes import Outcome, record_outcomes
from alerting.deliveries.providers import begin_trial, bucket_of, healths_of, spend
from alerting.deliveries.rules.delivery import (
    LONGEST_WAIT,
    DeliveryState,
    Failure,
    OutcomeKind,
    RetryDecision,
    retry_decision,
)
from alerting.deliveries.rules.providers import Condition, Pace, Provider, Turn, sign_of, turn_of
from alerting.ledger.writer import Transaction
from alerting.metrics import ATTEMPTS
from alerting.runtime import Runtime, wall_clock
from alerting.stopping import CLOSE_SECONDS, SENDING_SECONDS, finish
from contacts.encryption.unreadable import UNREADABLE

log = structlog.get_logger()

_POLL_SECONDS: Final = 0.5

_GATHERING_SECONDS: Final = 0.02
"""Seconds between commits of outcomes. Nobody waits for an outcome, so many share a commit."""


class Dispatcher:
    """Claims and sends one provider's deliveries, up to `at_once` at a time, until cancelled.

    The sender's `pace` limits all processes together. The provider's health decides its share.
    When cancelled, the dispatcher stops claiming and spends a few seconds on sending what it has
    claimed. A delivery that is still unanswered keeps its lease. Once the lease expires, another
    process asks the provider what became of it.
    """

    def __init__(
        self, runtime: Runtime, provider: Provider, channel: ChannelClient, at_once: int, pace: Pace
    ) -> None:
        self._runtime = runtime
        self._provider = provider
        self._channel = channel
        self._pace = pace
        self._hint = asyncio.Event()
        self._at_once = at_once
        # The next batch is claimed while one is being sent, so that no sender is idle.
        self._claimed: asyncio.Queue[tuple[Claimed, bool]] = asyncio.Queue(self._at_once)
        self._enough_room = (self._at_once + 1) // 2
        self._writing: set[asyncio.Task[None]] = set()
        self._is_stopping = False

    def wake(self) -> None:
        """Make the dispatcher look for deliveries now, before the next poll."""
        self._hint.set()

    async def run(self) -> None:
        """Send until cancelled, then finish the deliveries already claimed."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._at_once):
                    group.create_task(self._send_claimed())
                claiming = asyncio.create_task(self._claim_until_told())
                try:
                    await asyncio.wait({claiming})
                finally:
                    self._is_stopping = True
                    self.wake()
                    draining = asyncio.create_task(self._drain(claiming))
                    await finish((claiming, draining), SENDING_SECONDS)
                claiming.result()
        finally:
            await finish(self._writing, CLOSE_SECONDS)

    async def _claim_until_told(self) -> None:
        while not self._is_stopping:
            self._hint.clear()
            if not await self._claim():
                await self._wait_for_hint()

    async def _drain(self, claiming: asyncio.Task[None]) -> None:
        # Wait for a claim that is being written. Otherwise its deliveries would stay unsent until
        # the lease expires.
        await asyncio.wait({claiming})
        await self._claimed.join()

    async def _wait_for_hint(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_POLL_SECONDS):
                await self._hint.wait()

    async def _claim(self) -> int:
        """Claim as many deliveries as the queue has room for; return the number claimed."""
        room = self._at_once - self._claimed.qsize()
        if room < self._enough_room:
            return 0
        now, wall = self._runtime.clock.now(), wall_clock()
        lease_until = wall + self._runtime.policy.sending.lease

        def take(transaction: Transaction) -> list[tuple[Claimed, bool]]:
            doubtful = claim_doubtful(
                transaction, self._provider, room, wall=wall, lease_until=lease_until
            )
            most = room - len(doubtful)
            fresh = self._claim_fresh(
                transaction, most, now=now, wall=wall, lease_until=lease_until
            )
            if not fresh:
                # Claims skip expired deliveries, so these need marking only when there is no work.
                expire(transaction, now)
            return [(claimed, True) for claimed in doubtful] + [(c, False) for c in fresh]

        try:
            # A shared transaction could deadlock: it would hold the sender's bucket and wait for an
            # alert's lock, while the lock's holder waits for the bucket.
            taken = await self._runtime.ledger.write(take, own_transaction=True)
        except SQLAlchemyError:
            log.exception("claiming failed")
            return 0
        for one in taken:
            await self._claimed.put(one)
        return len(taken)

    def _claim_fresh(
        self,
        transaction: Transaction,
        room: int,
        *,
        now: datetime,
        wall: datetime,
        lease_until: datetime,
    ) -> list[Claimed]:
        """Claim at most `room` queued deliveries, as far as pace and the provider's share allow."""
        connection = transaction.connection
        if room <= 0 or not anything_waits(connection, self._provider, now):
            return []
        quota = self._quota(connection, now)
        most = min(room, quota.most)
        if most <= 0:
            return []
        bucket = bucket_of(connection, self._pace, now)
        most = min(most, int(bucket.tokens))
        if most <= 0:
            return []
        fresh = claim(
            transaction,
            self._provider,
            most,
            now=now,
            wall=wall,
            lease_until=lease_until,
            untried=quota.untried,
            only_without_route=quota.only_without_route,
        )
        if fresh:
            spend(connection, self._pace, bucket, sum(max(1, one.segments) for one in fresh))
        return fresh

    def _quota(self, connection: Connection, now: datetime) -> "_Quota":
        """Return how many messages the provider may send now, by the health of all providers."""
        healths = healths_of(connection, self._provider.preference, now)
        turn = turn_of(self._provider, healths)
        if turn is Turn.ALL:
            return _Quota(self._at_once)
        if turn is Turn.NOTHING and any_without_route(connection, self._provider, now):
            return _Quota(self._at_once, only_without_route=True)
        every = self._runtime.policy.provider.trial
        if turn is Turn.NOTHING or not begin_trial(connection, self._provider.name, now, every):
            return _Quota(0)
        conditions = {healths[name].condition for name in self._provider.peers}
        return _Quota(1, untried=not conditions <= {Condition.DOWN})

    async def _send_claimed(self) -> None:
        while True:
            claimed, in_doubt = await self._claimed.get()
            if self._at_once - self._claimed.qsize() == self._enough_room:
                self._hint.set()
            try:
                await self._try(claimed, in_doubt=in_doubt)
            finally:
                self._claimed.task_done()

    async def _try(self, claimed: Claimed, *, in_doubt: bool) -> None:
        if wall_clock() >= claimed.lease_until:
            return  # The lease has expired, so another process may hold the delivery.
        if UNREADABLE in {claimed.number, claimed.body}:
            _log(claimed, UNSENDABLE)
            outcome = outcome_of(self._runtime, claimed, UNSENDABLE)
        else:
            outcome = await (self._look_up(claimed) if in_doubt else self._send(claimed))
        writing = asyncio.create_task(self._write_outcome(outcome))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)

    async def _send(self, claimed: Claimed) -> Outcome:
        message = self._message(claimed)
        if message.valid_for <= 0:
            # The delivery expired in the queue.
            return _outcome(self._runtime, claimed, _EXPIRED, DeliveryState.EXPIRED)
        began = monotonic()
        answer = await self._channel.send(message)
        took = timedelta(seconds=monotonic() - began)
        _log(claimed, answer)
        sign = sign_of(answer.kind, answer.failure, took, self._runtime.policy.provider)
        if answer.failure is Failure.UNLISTED and claimed.attempt > 1:
            # An unlisted refusal of a retry may be the number's fault, not the provider's.
            sign = None
        return replace(outcome_of(self._runtime, claimed, answer), sign=sign)

    async def _look_up(self, claimed: Claimed) -> Outcome:
        answer = await self._channel.look_up(self._message(claimed), claimed.started_at)
        _log(claimed, answer)
        if answer.kind is OutcomeKind.UNKNOWN:
            return still_in_doubt(self._runtime, claimed, answer)
        return outcome_of(self._runtime, claimed, answer)

    def _message(self, claimed: Claimed) -> Message:
        left = claimed.expires_at - self._runtime.clock.now()
        seconds = int(left.total_seconds())
        return Message(claimed.number, claimed.body, claimed.token, seconds, claimed.content)

    async def _write_outcome(self, outcome: Outcome) -> None:
        await asyncio.sleep(_until_commit(asyncio.get_running_loop().time()))
        try:
            await self._runtime.ledger.write_item(record_outcomes, outcome)
        except SQLAlchemyError:
            # Once the lease expires, a dispatcher asks the provider for the outcome.
            log.exception("outcome not written", delivery=outcome.claimed.delivery)


@dataclass(frozen=True)
class _Quota:
    """The number of messages that a provider may send now.

    With `untried`, they must be deliveries without an attempt; a working provider retries the rest.
    With `only_without_route`, they must go to numbers that another provider does not reach.
    """

    most: int
    untried: bool = False
    only_without_route: bool = False


def _until_commit(time: float) -> float:
    """Return the seconds until the next common commit of outcomes.

    `time` is the event loop's time in seconds.
    """
    return _GATHERING_SECONDS - time % _GATHERING_SECONDS


_MOST_REPEATS: Final = 3
"""Maximum number of repeats of a text whose attempts all stay in doubt.

By then somebody is at the door.
"""

_EXPIRED: Final = Answer(OutcomeKind.REFUSED, detail="expired")


def _log(claimed: Claimed, answer: Answer) -> None:
    if answer.failure is Failure.PAGE_OPERATOR:
        log.critical("the provider refuses the account", answer=answer)
    elif answer.failure:
        log.warning("delivery not accepted", delivery=claimed.delivery, answer=answer)


def outcome_of(runtime: Runtime, claimed: Claimed, answer: Answer) -> Outcome:
    """Return the outcome of an attempt, by the provider's answer."""
    wall, rules = wall_clock(), runtime.policy.provider
    next_state, due_at, lease_until = DeliveryState.ACCEPTED, None, None
    if answer.kind is OutcomeKind.UNKNOWN:
        next_state, lease_until = DeliveryState.UNKNOWN, wall + rules.callback
    elif answer.kind is OutcomeKind.REFUSED:
        due_at = _after_refusal(claimed, answer, runtime).retry_at
        next_state = DeliveryState.QUEUED if due_at else DeliveryState.REFUSED
    return _outcome(runtime, claimed, answer, next_state, due_at=due_at, lease_until=lease_until)


def still_in_doubt(runtime: Runtime, claimed: Claimed, answer: Answer) -> Outcome:
    """Return the outcome of a look-up that did not show whether the provider took an attempt.

    The provider is asked again at growing intervals. After `rules.doubt` the delivery is queued
    again for any provider, at most three times: see decision 23.
    """
    now, wall, rules = runtime.clock.now(), wall_clock(), runtime.policy.provider
    doubtful_for = wall - claimed.started_at
    may_repeat = claimed.doubts < _MOST_REPEATS and now < claimed.expires_at
    if doubtful_for >= rules.doubt and may_repeat:
        return _outcome(runtime, claimed, answer, DeliveryState.QUEUED, due_at=now)
    again_after = min(max(rules.callback, doubtful_for / 2), LONGEST_WAIT)
    return _outcome(runtime, claimed, answer, DeliveryState.UNKNOWN, lease_until=wall + again_after)


def _outcome(
    runtime: Runtime,
    claimed: Claimed,
    answer: Answer,
    next_state: DeliveryState,
    *,
    due_at: datetime | None = None,
    lease_until: datetime | None = None,
) -> Outcome:
    outcome = Outcome(
        claimed,
        answer.kind,
        next_state,
        finished_at=wall_clock(),
        now=runtime.clock.now(),
        provider_id=answer.provider_id,
        failure=answer.failure,
        error_code=answer.error_code,
        due_at=due_at,
        lease_until=lease_until,
    )
    if outcome.is_new:
        ATTEMPTS.labels(outcome.kind).inc()
    return outcome


def _after_refusal(claimed: Claimed, answer: Answer, runtime: Runtime) -> RetryDecision:
    failure = answer.failure or Failure.UNLISTED
    now = runtime.clock.now()
    return retry_decision(failure, claimed.attempt, now, claimed.expires_at, answer.retry_after)
