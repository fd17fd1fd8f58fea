"""What the service has set going, as its log tells: doors, calls for help, roll-calls.

Every entry of the log comes once, in its order, however often the feed broke off.
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
    """What is under way, and how often what happened."""

    state: str = "open"
    """The alert's, as the service calls it."""
    doors: dict[str, str] = field(default_factory=dict)
    """Doors somebody is to knock on, by household: the officer's id; '' where there is none."""
    doors_closed: int = 0
    calls_for_help: set[str] = field(default_factory=set)
    """Households that have called for help."""
    help_open: set[str] = field(default_factory=set)
    not_woken: set[str] = field(default_factory=set)
    """Officers of whom the service said that they could not be woken."""
    happened: Counter[str] = field(default_factory=Counter)
    """How many entries of each kind the log has."""
    entries: list[Json] = field(default_factory=list)
    """All of them, in order."""
    _news: defaultdict[str, asyncio.Event] = field(
        default_factory=lambda: defaultdict(asyncio.Event)
    )

    def take(self, event: Json) -> None:
        """Take an entry of the log in."""
        self.happened[event["kind"]] += 1
        self.entries.append(event)
        if (note := _NOTES.get(event["kind"])) is not None:
            note(self, event)

    def doors_of(self, officer: str) -> int:
        """Return how many doors are an officer's now."""
        return sum(whose == officer for whose in self.doors.values())

    def doors_in(self, division: str) -> int:
        """Return how many doors somebody is to knock on in a division."""
        return sum(covers(division, household) for household in self.doors)

    def correct(self, officer: str, households: Collection[str]) -> None:
        """Take in which doors an officer was just listed: the feed may have broken off."""
        gone = {home for home, whose in self.doors.items() if whose == officer} - set(households)
        for household in gone:
            del self.doors[household]
        self.doors |= dict.fromkeys(households, officer)

    def heard(self, officer: str) -> bool:
        """Return whether an officer was given a door since this was asked last."""
        is_news = self._news[officer].is_set()
        self._news[officer].clear()
        return is_news

    async def news(self, officer: str) -> None:
        """Wait until an officer is given a door."""
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
    "officer.not_woken": LogCounts._not_woken,
    "alert.all_clear": LogCounts._over,
}
