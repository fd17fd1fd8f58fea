"""Count an alert's deliveries by state, separately from its log so that no frame waits.

A count reads all deliveries of the alert, a million in a city, and takes as long as many frames do.
"""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, cast

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from alerting.database.engine import Database
from alerting.deliveries.progress import progress
from alerting.feed.frames import ProgressBody, progress_body
from alerting.ledger.alerts import areas_of
from contacts.division import covers

log = structlog.get_logger()

_REST: Final = 9
"""Idle for 9 times the last query's duration, so that counting uses at most 10 % of the time."""

_LEAST_SECONDS: Final = 0.1


@dataclass(frozen=True)
class Sent:
    """The numbers of an alert's deliveries, and the alert's area when they were counted."""

    divisions: tuple[str, ...]
    counts: ProgressBody

    def seen_from(self, division: str) -> ProgressBody | None:
        """Return the counts if the division contains the alert's whole area, otherwise None."""
        return self.counts if all(covers(division, place) for place in self.divisions) else None


def read_sent(connection: Connection, alerts: Collection[int]) -> dict[int, Sent]:
    """Count the deliveries of these alerts; return the counts by alert."""
    areas = areas_of(connection, alerts)
    return {
        alert: Sent(areas[alert], progress_body(progress(connection, alert))) for alert in alerts
    }


class Sending:
    """Counts an alert's deliveries on request in its own task, and keeps the latest counts."""

    def __init__(self, database: Database, alert: int, tell: Callable[[], None]) -> None:
        """Start the counting task in the running event loop; call `tell` after each change."""
        self.latest: Sent | None = None
        """The latest counts; None before the first count."""
        self._database = database
        self._alert = alert
        self._tell = tell
        self._asked = asyncio.Event()
        self._task = asyncio.create_task(self._follow(), name=f"sending of alert {alert}")

    def ask(self) -> None:
        """Request a new count, which starts as soon as the idle time is over."""
        self._asked.set()

    def end(self) -> None:
        """Stop counting."""
        self._task.cancel()

    async def known_to(self, division: str) -> ProgressBody | None:
        """Return the counts for a board that connects now; newer counts follow in frames.

        Raises:
            SQLAlchemyError: if there are no counts yet and the database is unavailable.
        """
        if self.latest is not None:
            self.ask()
            return self.latest.seen_from(division)
        return (await self._read()).seen_from(division)

    async def _follow(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await self._asked.wait()
            # The event is cleared before the read, so that a request during the read is not lost.
            self._asked.clear()
            began = clock()
            try:
                await self._read()
            except SQLAlchemyError:
                log.exception("deliveries not counted", alert=self._alert)
                self.ask()
            await asyncio.sleep(max(_LEAST_SECONDS, _REST * (clock() - began)))

    async def _read(self) -> Sent:
        # All alerts are counted in one coalesced query, so that only one reader thread is busy.
        sent = cast("Sent", await self._database.read_together(read_sent, self._alert))
        if sent != self.latest:
            self.latest = sent
            self._tell()
        return sent
