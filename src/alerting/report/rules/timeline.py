"""The timeline of an alert, in which log entries of one kind within a minute share a line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.registry import Event

MOST_MOMENTS: Final = 2_000

TROUBLES: Final = frozenset(
    {
        EventKind.OFFICER_NOT_WOKEN,
        EventKind.HOUSEHOLDS_UNREACHABLE,
        EventKind.TEXTS_GIVEN_UP,
        EventKind.SENDING_LATE,
        EventKind.PROVIDER_NEEDS_OPERATOR,
        EventKind.PROVIDER_SLOW,
        EventKind.PROVIDER_DOWN,
        EventKind.WATCHDOG_FORGOTTEN,
    }
)
"""The kinds of entries that report a failure. Dark villages are listed separately."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the timeline: the first entry of one kind within a minute, and their number."""

    first: Event
    count: int

    @property
    def at(self) -> datetime:
        """The start of the minute."""
        return _minute(self.first.at)


def moments(log: Iterable[Event], most: int = MOST_MOMENTS) -> tuple[list[Moment], bool]:
    """Return the first `most` lines of the timeline, and whether there are more."""
    firsts: dict[tuple[datetime, str], Event] = {}
    counts: dict[tuple[datetime, str], int] = {}
    for event in log:
        key = _minute(event.at), event.kind
        if key not in firsts and len(firsts) == most:
            return _listed(firsts, counts), True
        firsts.setdefault(key, event)
        counts[key] = counts.get(key, 0) + 1
    return _listed(firsts, counts), False


def _listed(
    firsts: dict[tuple[datetime, str], Event], counts: dict[tuple[datetime, str], int]
) -> list[Moment]:
    found = [Moment(first, counts[key]) for key, first in firsts.items()]
    return sorted(found, key=lambda moment: (moment.at, moment.first.seq))


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
