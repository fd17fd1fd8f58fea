"""The loop that posts security events to a webhook: at least once, minute by minute."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from aiohttp import ClientSession
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import SQLAlchemyError

from alerting.database.bulk import insert_missing
from alerting.database.lease import hold, this_process
from alerting.errors import LedgerClosedError
from alerting.policy.webhooks import Webhook
from alerting.runtime import Runtime, wall_clock
from alerting.security_log.rules import settled_before
from alerting.security_log.store import Counted, next_minute
from alerting.webhooks.post import post
from alerting.webhooks.rules import GIVE_UP_AFTER, signed, wait_after
from alerting.webhooks.security_rules import identity, is_for, kinds_for, message_of
from alerting.webhooks.tables import webhook_security_positions as positions

log = structlog.get_logger()

_POLL: Final = timedelta(seconds=1)


class SecurityTeller:
    """Posts security events to one webhook. A lease lets only one process do so at a time.

    A minute's events are posted once its rows no longer change. A new webhook gets no events from
    before it was added.
    """

    def __init__(
        self, runtime: Runtime, webhook: Webhook, key: bytes, session: ClientSession
    ) -> None:
        self._runtime = runtime
        self._webhook = webhook
        self._key = key
        self._session = session
        self._holder = this_process()
        self._fence: int | None = None
        self._failures = 0

    async def run(self) -> None:
        """Post events until cancelled."""
        while True:
            try:
                wait = await self.tell(wall_clock())
            except SQLAlchemyError:
                log.exception("security events could not be read", name=self._webhook.name)
                wait = _POLL
            except LedgerClosedError:
                return
            await asyncio.sleep(wait.total_seconds())

    async def tell(self, now: datetime) -> timedelta:
        """Post the events of the next minute, if any; return how long to wait until the next."""
        told = await self._place(now)
        if told is None:
            return _POLL
        kinds, before = kinds_for(self._webhook), settled_before(now)
        rows = await self._runtime.database.read(lambda db: next_minute(db, kinds, told, before))
        if not rows:
            return _POLL
        is_given_up = now - rows[0].minute > GIVE_UP_AFTER
        if not await self._take(rows) and not is_given_up:
            self._failures += 1
            return wait_after(self._failures)
        self._failures = 0
        await self._advance(rows[0].minute)
        return timedelta(0)

    async def _take(self, rows: Sequence[Counted]) -> bool:
        """Post the rows in order; stop and return False at the first that is not accepted."""
        for each in rows:
            if is_for(self._webhook, each):
                body = message_of(each, personal=self._webhook.personal)
                headers = signed(self._key, identity(each), body, wall_clock())
                if await post(self._webhook, self._session, headers, body):
                    return False
        return True

    async def _place(self, now: datetime) -> datetime | None:
        """Return the last minute that was posted; None if another process holds the lease."""
        name = self._webhook.name

        def unit(connection: Connection) -> datetime | None:
            lease = f"webhook-security:{name}"
            self._fence = hold(connection, lease, self._holder, self._fence, wall_clock())
            if self._fence is None:
                return None
            insert_missing(connection, positions, [{"name": name, "minute": settled_before(now)}])
            return connection.scalar(select(positions.c.minute).where(positions.c.name == name))

        return await self._runtime.ledger.write(
            lambda tx: unit(tx.connection), own_transaction=True
        )

    async def _advance(self, minute: datetime) -> None:
        moved = update(positions).where(positions.c.name == self._webhook.name)
        statement = moved.values(minute=minute)
        await self._runtime.ledger.write(
            lambda tx: tx.connection.execute(statement), own_transaction=True
        )
