"""How far an alert's deliveries have come: counted beside its log, which does not wait for it.

All deliveries are looked through for it, in a city a million: that takes the time of many frames.
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
"""So many times as long as counting took nothing is counted: a tenth of the time is spent so."""

_LEAST_SECONDS: Final = 0.1


@dataclass(frozen=True)
class Sent:
    """How far the deliveries of an alert had come, and which divisions it was for then."""

    divisions: tuple[str, ...]
    counts: ProgressBody

    def seen_from(self, division: str) -> ProgressBody | None:
        """Return the counts for a division that holds the alert's whole area: all is counted."""
        return self.counts if all(covers(division, place) for place in self.divisions) else None


def read_sent(connection: Connection, alerts: Collection[int]) -> dict[int, Sent]:
    """Return how far the deliveries of these alerts have come."""
    areas = areas_of(connection, alerts)
    return {
        alert: Sent(areas[alert], progress_body(progress(connection, alert))) for alert in alerts
    }


class Sending:
    """What this process last read of how far an alert's deliveries have come."""

    def __init__(self, database: Database, alert: int, tell: Callable[[], None]) -> None:
        """Count when asked; there must be a running event loop. `tell` is called at news."""
        self.latest: Sent | None = None
        """None: nothing was read yet."""
        self._database = database
        self._alert = alert
        self._tell = tell
        self._asked = asyncio.Event()
        self._task = asyncio.create_task(self._follow(), name=f"sending of alert {alert}")

    def ask(self) -> None:
        """Have it counted after now, as soon as its share of the time allows."""
        self._asked.set()

    def end(self) -> None:
        """Count no more."""
        self._task.cancel()

    async def known_to(self, division: str) -> ProgressBody | None:
        """Return what a board that comes now is told; what is newer will follow.

        Raises:
            SQLAlchemyError: if nothing was read yet and the database is away.
        """
        if self.latest is not None:
            self.ask()
            return self.latest.seen_from(division)
        return (await self._read()).seen_from(division)

    async def _follow(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await self._asked.wait()
            # Who asks from here on is not sure to be told by this reading: another follows.
            self._asked.clear()
            began = clock()
            try:
                await self._read()
            except SQLAlchemyError:
                log.exception("deliveries not counted", alert=self._alert)
                self.ask()
            await asyncio.sleep(max(_LEAST_SECONDS, _REST * (clock() - began)))

    async def _read(self) -> Sent:
        # Of all alerts at a time: so that no more than one reader thread is busy with it.
        sent = cast("Sent", await self._database.read_together(read_sent, self._alert))
        if sent != self.latest:
            self.latest = sent
            self._tell()
        return sent
