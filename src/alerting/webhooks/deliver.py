"""The loop that posts events to webhooks: at least once, and in order within an alert."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import structlog
from aiohttp import ClientSession, ClientTimeout
from sqlalchemy.exc import SQLAlchemyError

from alerting.database.lease import hold, this_process
from alerting.errors import LedgerClosedError
from alerting.ledger.writer import Transaction
from alerting.policy.webhooks import Webhook
from alerting.runtime import Runtime, wall_clock
from alerting.webhooks.letters import next_due, record
from alerting.webhooks.post import post
from alerting.webhooks.rules import headers_of, message_of
from alerting.webhooks.security import SecurityTeller
from alerting.webhooks.security_rules import kinds_for
from alerting.webhooks.store import Due, Outcome, enlist_webhooks

log = structlog.get_logger()

_POLL_SECONDS: Final = 0.5

_ANSWER_SECONDS: Final = 15.0
"""How long to wait for a response; Standard Webhooks demands at least this long."""


class WebhookSender:
    """Posts events to webhooks until cancelled. A lease lets only one process serve a webhook."""

    def __init__(
        self,
        runtime: Runtime,
        webhooks: Sequence[Webhook],
        keys: Mapping[str, bytes],
        answer_seconds: float = _ANSWER_SECONDS,
    ) -> None:
        """Take the webhooks and their signing keys, by the name of the secret in the policy."""
        self._runtime = runtime
        self._webhooks = webhooks
        self._keys = keys
        self._holder = this_process()
        self._timeout = ClientTimeout(total=answer_seconds)

    async def run(self) -> None:
        """Post events until cancelled. A webhook that does not answer does not delay the others."""
        names, now = [each.name for each in self._webhooks], self._runtime.clock.now()
        await self._runtime.ledger.write(lambda tx: enlist_webhooks(tx.connection, names, now))
        async with ClientSession(timeout=self._timeout) as session, asyncio.TaskGroup() as group:
            for each in self._webhooks:
                group.create_task(self._serve(each, session))
                if kinds_for(each):
                    key = self._keys[each.secret]
                    group.create_task(SecurityTeller(self._runtime, each, key, session).run())

    async def _serve(self, webhook: Webhook, session: ClientSession) -> None:
        fence: int | None = None
        while True:
            try:
                fence, told = await self._tell(webhook, session, fence)
            except SQLAlchemyError:
                log.exception("a webhook's events could not be read or recorded", name=webhook.name)
                told = 0
            except LedgerClosedError:
                return
            if not told:
                await asyncio.sleep(_POLL_SECONDS)

    async def _tell(
        self, webhook: Webhook, session: ClientSession, fence: int | None
    ) -> tuple[int | None, int]:
        """Post what is due to a webhook; return the lease's fencing token and the number of items.

        The token is None if another process holds the lease.
        """
        held, due = await self._due(webhook, fence)
        if held is None or not due:
            return held, 0
        tries = (self._try(webhook, each, session) for each in due)
        outcomes = await asyncio.gather(*tries)

        def recorded(transaction: Transaction) -> None:
            connection = transaction.connection
            # If another process has taken the lease over, it posts and records the same events.
            if hold(connection, _lease(webhook), self._holder, held, wall_clock()) == held:
                record(connection, webhook.name, outcomes, self._runtime.clock.now())

        await self._runtime.ledger.write(recorded, own_transaction=True)
        return held, len(due)

    async def _due(self, webhook: Webhook, fence: int | None) -> tuple[int | None, list[Due]]:
        now = self._runtime.clock.now()

        def unit(transaction: Transaction) -> tuple[int | None, list[Due]]:
            connection = transaction.connection
            held = hold(connection, _lease(webhook), self._holder, fence, wall_clock())
            return held, [] if held is None else next_due(connection, webhook, now)

        return await self._runtime.ledger.write(unit, own_transaction=True)

    async def _try(self, webhook: Webhook, due: Due, session: ClientSession) -> Outcome:
        if due.event is None:
            return Outcome(due)
        body = message_of(due.event, due.identifier, personal=webhook.personal)
        headers = headers_of(self._keys[webhook.secret], due.event, body, wall_clock())
        return Outcome(due, await post(webhook, session, headers, body))


def _lease(webhook: Webhook) -> str:
    return f"webhook:{webhook.name}"
