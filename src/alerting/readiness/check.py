"""Runs readiness checks at night or on request, but never during an actual alert."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from alerting.cap.alert import Status
from alerting.cap.lifecycle import OVER
from alerting.errors import ConflictError, TooManyError
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.policy.policy import Policy
from alerting.readiness.facts import take_snapshot
from alerting.readiness.forecast import Readiness, readiness_of
from alerting.readiness.store import last_check, save
from alerting.runtime import Runtime

log = structlog.get_logger()

_EVERY: Final = timedelta(hours=20)
"""The minimum time from any check to the next nightly one."""

_BETWEEN: Final = timedelta(minutes=10)
"""The minimum time from a check to one on request, because each reads the whole roster."""

_NIGHT: Final = range(2, 5)
"""The hours of local time in which the nightly check may run."""

_POLL_SECONDS: Final = 300.0


def check(connection: Connection, policy: Policy, now: datetime) -> Readiness:
    """Return the readiness computed from the current roster."""
    return readiness_of(take_snapshot(connection, now), policy, now)


def is_due(last: datetime | None, policy: Policy, now: datetime) -> bool:
    """Return whether the nightly check is due: it is night, and no check has run for 20 hours."""
    is_night = now.astimezone(policy.alert.zone).hour in _NIGHT
    return is_night and (last is None or now - last >= _EVERY)


def blocked_by(connection: Connection) -> int | None:
    """Return the code of the oldest unfinished actual alert, which prevents checks, or None."""
    followed = select(alerts.c.number).where(
        alerts.c.status == Status.ACTUAL, alerts.c.state.not_in(sorted(OVER))
    )
    number: int | None = connection.scalar(followed.order_by(alerts.c.id).limit(1))
    return number


async def check_now(runtime: Runtime) -> None:
    """Check readiness now, and store the result.

    Raises:
        ConflictError: if an actual alert is not over, because the check would slow it down.
        TooManyError: if the last check was within 10 minutes.
    """
    policy, now = runtime.policy, runtime.clock.now()

    def find(connection: Connection) -> Readiness:
        if (number := blocked_by(connection)) is not None:
            raise ConflictError(
                f"alert #{number} is not over: check readiness after its end",
                chinese=f"预警#{number}尚未结束：结束后再检查",
            )
        last = last_check(connection)
        if last is not None and now - last < _BETWEEN:
            raise TooManyError(
                "readiness was checked within the last 10 minutes: check again later",
                "10分钟内检查过：请稍后再检查",
            )
        return check(connection, policy, now)

    found = await runtime.database.read(find)
    await runtime.ledger.write(
        lambda transaction: save(transaction.connection, found), own_transaction=True
    )


class ReadinessWatch:
    """Runs the nightly check."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def run(self) -> None:
        """Poll whether the nightly check is due, and run it, until cancelled."""
        while True:
            await self.check_if_due()
            await asyncio.sleep(_POLL_SECONDS)

    async def check_if_due(self) -> bool:
        """If a check is due, run it and store the result; return whether it was stored."""
        runtime, now = self._runtime, self._runtime.clock.now()
        policy = runtime.policy

        def find(connection: Connection) -> Readiness | None:
            is_free = blocked_by(connection) is None
            if not (is_free and is_due(last_check(connection), policy, now)):
                return None
            return check(connection, policy, now)

        try:
            found = await runtime.database.read(find)
            return found is not None and await runtime.ledger.write(
                lambda transaction: _store(transaction, found), own_transaction=True
            )
        except SQLAlchemyError:
            log.exception("readiness not looked at")
            return False


def _store(transaction: Transaction, found: Readiness) -> bool:
    """Store a result and return True, unless another process has stored one in the meantime."""
    last = last_check(transaction.connection)
    if last is not None and found.at - last < _EVERY:
        return False
    save(transaction.connection, found)
    return True
