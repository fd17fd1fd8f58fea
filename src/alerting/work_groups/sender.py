"""The loop that posts to work groups. It runs apart from the dispatchers and cannot delay them."""

import asyncio
import contextlib
from collections.abc import Mapping
from functools import partial
from typing import Final

import structlog
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from alerting.deliveries.claims import Claimed, claim_doubtful
from alerting.deliveries.outcomes import Outcome
from alerting.errors import LedgerClosedError
from alerting.ledger.writer import Transaction
from alerting.metrics import POSTS
from alerting.runtime import Runtime, wall_clock
from alerting.stopping import SENDING_SECONDS, finish
from alerting.work_groups.claims import GROUPS, claim_posts, record_posts
from alerting.work_groups.outcomes import after_post, after_silence
from alerting.work_groups.poster import Poster, Verdict

log = structlog.get_logger()

_POLL_SECONDS: Final = 1.0

_AT_ONCE: Final = 32
"""The maximum number of concurrent posts. A post without an answer counts until its timeout."""


class GroupSender:
    """Claims and sends posts, one at a time for each group, until cancelled."""

    def __init__(
        self, runtime: Runtime, poster: Poster, addresses: Mapping[str, SecretStr]
    ) -> None:
        """Take the groups' addresses, by the groups' names."""
        self._runtime = runtime
        self._poster = poster
        self._addresses = addresses
        self._hint = asyncio.Event()
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Look for posts now, without waiting for the next poll."""
        self._hint.set()

    async def run(self) -> None:
        """Send posts until cancelled, then finish the posts under way."""
        try:
            while True:
                self._hint.clear()
                try:
                    await self._send_due()
                except (SQLAlchemyError, LedgerClosedError):
                    log.exception("posts to work groups not claimed")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_POLL_SECONDS):
                        await self._hint.wait()
        finally:
            await finish([*self._under_way.values()], SENDING_SECONDS)

    async def _send_due(self) -> None:
        for claimed in await self._claim():
            task = asyncio.create_task(self._send(claimed))
            self._under_way[claimed.number] = task
            task.add_done_callback(partial(self._note_end, claimed.number))

    def _note_end(self, group: str, _task: asyncio.Task[None]) -> None:
        del self._under_way[group]
        self.wake()

    async def _claim(self) -> list[Claimed]:
        runtime, room = self._runtime, _AT_ONCE - len(self._under_way)
        free = self._addresses.keys() - self._under_way.keys()
        now, wall = runtime.clock.now(), wall_clock()
        lease_until = wall + runtime.policy.sending.lease

        def take(transaction: Transaction) -> tuple[list[Claimed], list[Claimed]]:
            silent = claim_doubtful(
                transaction, GROUPS, _AT_ONCE, wall=wall, lease_until=lease_until
            )
            return silent, claim_posts(
                transaction, free, room, now=now, wall=wall, lease_until=lease_until
            )

        # In its own transaction, as the dispatchers do, because it locks paces before alerts.
        silent, fresh = await runtime.ledger.write(take, own_transaction=True)
        for one in silent:
            await self._record(after_silence(runtime, one))
        return fresh

    async def _send(self, claimed: Claimed) -> None:
        posted = await self._poster.post(self._addresses[claimed.number], claimed.body)
        if posted.verdict is not Verdict.TAKEN:
            # The address must not be logged, because it contains the group's token.
            log.warning("a work group did not take a post", group=claimed.number, said=posted)
        await self._record(after_post(self._runtime, claimed, posted))

    async def _record(self, outcome: Outcome) -> None:
        POSTS.labels(outcome.kind).inc()
        try:
            await self._runtime.ledger.write_item(record_posts, outcome)
        except (SQLAlchemyError, LedgerClosedError):
            # The post counts as unanswered when its lease expires.
            log.exception("outcome of a post not written", delivery=outcome.claimed.delivery)
