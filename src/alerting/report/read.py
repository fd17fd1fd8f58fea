"""Reads the facts for reports, one report at a time."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from alerting.access.scope import alert_for, scope_for
from alerting.board.curve import Curves
from alerting.ledger.alerts import StoredAlert
from alerting.report.facts import Facts, facts_of
from alerting.runtime import Runtime
from contacts.directory import Officer
from contacts.division import covers

_T = TypeVar("_T")


class Reports:
    """Reads reports one at a time in this process, to leave database readers for the board."""

    def __init__(self, runtime: Runtime, curves: Curves) -> None:
        self._runtime = runtime
        self._curves = curves
        self._one_at_a_time = asyncio.Lock()

    async def read(
        self, caller: Officer, alert_id: int, division: str | None, shown: Callable[[Facts], _T]
    ) -> _T:
        """Read the facts about an alert in a division; return the result of `shown(facts)`.

        Without a division, the caller's own is used. `shown` runs on a reader thread.

        Raises:
            NotFoundError: if the alert does not concern the caller, or the division is not within
                the caller's.
        """
        scope = scope_for(caller, division)
        policy, now = self._runtime.policy, self._runtime.clock.now()

        def look(connection: Connection) -> _T:
            alert = alert_for(connection, alert_id, caller)
            return shown(facts_of(connection, alert, scope, self._curves, policy, now))

        async with self._one_at_a_time:
            return await self._runtime.database.read(look)


def covers_whole(caller: Officer, alert: StoredAlert) -> bool:
    """Return whether the caller's division covers an alert's whole area."""
    return all(covers(caller.division, division) for division in alert.divisions)
