"""Counts from the alert's log: door tasks, calls for help, roll-calls.

Each log entry is applied once and in order, even if the feed reconnects.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from contacts.division import covers

Json = Mapping[str, Any]


@dataclass
class LogCounts:
    """Open door tasks and calls for help, and the number of log entries by kind."""

    state: str = "open"
    """The alert's state as the service names it."""
    doors: dict[str, str] = field(default_factory=dict)
    """The assigned officer's id for each household with an open door task; '' if nobody is
    assigned."""
    doors_closed: int = 0
    calls_for_help: set[str] = field(default_factory=set)
    """Codes of the households that have called for help."""
    help_open: set[str] = field(default_factory=set)
    """Codes of the households whose call for help is not resolved."""
    asked_of_neighbours: set[str] = field(default_factory=set)
    """Codes of the silent households about which a neighbour was asked."""
    not_woken: set[str] = field(default_factory=set)
    """Ids of the officers whom the service could not wake."""
    happened: Counter[str] = field(default_factory=Counter)
    """The number of log entries by kind."""
    entries: list[Json] = field(default_factory=list)
    """All log entries, in order."""
    _news: defaultdict[str, asyncio.Event] = field(
        default_factory=lambda: defaultdict(asyncio.Event)
    )

    def take(self, event: Json) -> None:
        """Apply a log entry."""
        self.happened[event["kind"]] += 1
        self.entries.append(event)
        if (note := _NOTES.get(event["kind"])) is not None:
            note(self, event)

    def doors_of(self, officer: str) -> int:
        """Return the number of open door tasks assigned to an officer."""
        return sum(whose == officer for whose in self.doors.values())

    def doors_in(self, division: str) -> int:
        """Return the number of open door tasks in a division."""
        return sum(covers(division, household) for household in self.doors)

    def correct(self, officer: str, households: Collection[str]) -> None:
        """Set an officer's open doors to `households`, because the feed may have missed some."""
        gone = {home for home, whose in self.doors.items() if whose == officer} - set(households)
        for household in gone:
            del self.doors[household]
        self.doors |= dict.fromkeys(households, officer)

    def heard(self, officer: str) -> bool:
        """Return whether an officer was assigned a door since the last call of this method."""
        is_news = self._news[officer].is_set()
        self._news[officer].clear()
        return is_news

    async def news(self, officer: str) -> None:
        """Wait until an officer has a new door."""
        await self._news[officer].wait()

    def _opened(self, event: Json) -> None:
        officer = event["payload"]["officer"] or ""
        self.doors[event["subject"]] = officer
        self._news[officer].set()

    def _closed(self, event: Json) -> None:
        self.doors_closed += 1
        self.doors.pop(event["subject"], None)

    def _called_for_help(self, event: Json) -> None:
        self.calls_for_help.add(event["subject"])
        self.help_open.add(event["subject"])

    def _resolved(self, event: Json) -> None:
        self.help_open.discard(event["subject"])

    def _asked_neighbour(self, event: Json) -> None:
        self.asked_of_neighbours.update(event["payload"]["households"])

    def _not_woken(self, event: Json) -> None:
        self.not_woken.add(event["subject"])

    def _over(self, _event: Json) -> None:
        self.doors.clear()


_NOTES: Mapping[str, Callable[[LogCounts, Json], None]] = {
    "task.opened": LogCounts._opened,
    "task.closed": LogCounts._closed,
    "help.called": LogCounts._called_for_help,
    "help.called_again": LogCounts._called_for_help,
    "help.resolved": LogCounts._resolved,
    "neighbour.asked": LogCounts._asked_neighbour,
    "officer.not_woken": LogCounts._not_woken,
    "alert.all_clear": LogCounts._over,
}
