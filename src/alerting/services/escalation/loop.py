"""The clock of the alerts: what has become due is done, step by step, again and again."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerting.services.desk import Desk
from alerting.services.escalation.approvals import pass_approvals_on
from alerting.services.escalation.doors import tell_doors
from alerting.services.escalation.expiry import expire_alerts
from alerting.services.escalation.help_cases import pass_cases_on
from alerting.services.escalation.households import follow_households
from alerting.services.escalation.officers import call_officers
from alerting.services.escalation.roll_calls import call_rolls, end_rolls
from alerting.services.escalation.watch import watch
from alerting.storage.ledger import Transaction

Step = Callable[[Transaction, datetime], int]
"""Does what has become due by this time, no more than one commit should hold; returns how much."""

STEPS: Final[tuple[Step, ...]] = (
    follow_households,
    call_officers,
    tell_doors,
    pass_approvals_on,
    pass_cases_on,
    expire_alerts,
    end_rolls,
    call_rolls,
    watch,
)
_LEAST_SECONDS: Final = 0.1

log = structlog.get_logger()


class Escalator:
    """Does what time makes due, until it is cancelled.

    It looks every second of the alerts' time. A step that fails is logged and tried again; the
    others go on.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._poll_seconds = max(_LEAST_SECONDS, 1 / desk.clock.speed)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            if not await self.tick():
                await asyncio.sleep(self._poll_seconds)

    async def tick(self) -> int:
        """Do a part of what is due; return how much it was, 0 when nothing is left."""
        now = self._desk.clock.now()
        try:
            return await self._desk.ledger.write(lambda transaction: _take(transaction, now))
        except SQLAlchemyError:
            log.exception("nothing could be escalated")
            return 0


def _take(transaction: Transaction, now: datetime) -> int:
    return sum(_attempt(step, transaction, now) for step in STEPS)


def _attempt(step: Step, transaction: Transaction, now: datetime) -> int:
    try:
        with transaction.attempt():
            return step(transaction, now)
    except Exception:
        if transaction.connection.invalidated:
            raise
        # One that cannot be done must not keep the others from what they owe.
        log.critical("a step of the escalation failed", step=step.__name__, exc_info=True)
        return 0
