"""The escalation loop runs every step that is due by the alerts' clock."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerting.alerts.close import expire_alerts
from alerting.approvals.ask import pass_approvals_on
from alerting.dark_villages.darken import Darkness, look_for_dark, start_dark_door_tasks
from alerting.database.lease import hold, this_process
from alerting.doors.notify import tell_doors
from alerting.escalation.households import follow_households
from alerting.escalation.roll_calls import call_rolls, end_rolls
from alerting.escalation.watchdog import watch
from alerting.exercises.announce import announce_planned
from alerting.exercises.raise_planned import raise_planned
from alerting.help_cases.follow import pass_cases_on
from alerting.ledger.writer import Transaction
from alerting.metrics import CLOCK_HELD, ESCALATED_UNTIL
from alerting.officer_calls.escalate import call_officers
from alerting.runtime import Runtime, wall_clock
from alerting.sensors.silence import look_at_sensors
from alerting.work_groups.progress import post_progress

log = structlog.get_logger()

Step = Callable[[Transaction, datetime], int]
"""A function that performs one batch of the work due at an instant, and returns its size."""

STEPS: Final[tuple[Step, ...]] = (
    follow_households,
    call_officers,
    tell_doors,
    pass_approvals_on,
    pass_cases_on,
    expire_alerts,
    end_rolls,
    call_rolls,
    post_progress,
    announce_planned,
    raise_planned,
    watch,
)

CLOCK: Final = "clock"
"""The name of the lease that lets one process at a time run the loop."""

_LEAST_SECONDS: Final = 0.1


class Escalator:
    """Runs the escalation steps while this process holds the lease `CLOCK`, until cancelled.

    It ticks every second of the alerts' time. A step that fails is logged and retried at the next
    tick, and the other steps go on.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._holder = this_process()
        self._fence: int | None = None
        """The fencing token of the last tick; None while another process holds the lease."""

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            # All batches of a round use the same instant. With a moving instant, each batch could
            # find newly due work, and the loop would never report until when all work is done.
            now = self._runtime.clock.now()
            while await self.tick(now):
                pass
            await asyncio.sleep(max(_LEAST_SECONDS, 1 / self._runtime.clock.speed))

    async def tick(self, now: datetime) -> int:
        """Perform one batch of what is due at `now`; return its size, or 0 if nothing is due."""
        wall = wall_clock()
        try:
            dark = await self._runtime.database.read(
                partial(look_for_dark, now=now, policy=self._runtime.policy)
            )
            part = partial(
                _take,
                now=now,
                wall=wall,
                holder=self._holder,
                fence=self._fence,
                dark=dark,
                is_drill=self._runtime.clock.is_drill,
            )
            # In a shared transaction, other work could hold row locks while a step waits.
            fence, done = await self._runtime.ledger.write(part, own_transaction=True)
        except SQLAlchemyError:
            log.exception("nothing could be escalated")
            return 0
        self._note(fence)
        if fence is not None and not done:
            ESCALATED_UNTIL.set(now.timestamp())
        return done

    def _note(self, fence: int | None) -> None:
        if fence != self._fence:
            log.info(
                "another process escalates now" if fence is None else "this process escalates now",
                fence=fence,
            )
        CLOCK_HELD.set(fence is not None)
        self._fence = fence


def _take(
    transaction: Transaction,
    *,
    now: datetime,
    wall: datetime,
    holder: str,
    fence: int | None,
    dark: Darkness | None,
    is_drill: bool,
) -> tuple[int | None, int]:
    """Perform one batch if this process holds the lease; return the fencing token and the size.

    The token is None if another process holds the lease.
    """
    held = hold(transaction.connection, CLOCK, holder, fence, wall)
    if held is None:
        return None, 0

    def look_at_all_sensors(transaction: Transaction, now: datetime) -> int:
        return look_at_sensors(transaction, now, is_drill=is_drill)

    def go_into_the_dark(transaction: Transaction, now: datetime) -> int:
        return start_dark_door_tasks(transaction, dark, now) if dark else 0

    # Sensors come first, because every transaction locks a sensor's row before rows of alerts.
    steps = (look_at_all_sensors, *STEPS, go_into_the_dark)
    try:
        # All steps share one savepoint. Most ticks find nothing due, and a savepoint for each step
        # would be most of a tick's statements.
        with transaction.attempt():
            return held, sum(step(transaction, now) for step in steps)
    except Exception:
        if transaction.connection.invalidated:
            raise
    return held, sum(_attempt(step, transaction, now) for step in steps)


def _attempt(step: Step, transaction: Transaction, now: datetime) -> int:
    try:
        with transaction.attempt():
            return step(transaction, now)
    except Exception:
        if transaction.connection.invalidated:
            raise
        # A failing step must not keep the other steps from running.
        log.critical("a step of the escalation failed", step=step.__name__, exc_info=True)
        return 0
