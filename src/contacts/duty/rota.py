"""A duty rota: weekly turns, dated shifts, stand-ins and leave of officers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

_DAY: Final = 24 * 60

_WEEK: Final = 7 * _DAY


class PeriodKind(StrEnum):
    """The kinds of dated entries in the rota."""

    SHIFT = "shift"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Turn:
    """A weekly turn of duty, in the local time of `zone`; Monday is weekday 0."""

    officer: str
    weekday: int
    begins: int
    """The start of the turn, in minutes after midnight."""
    minutes: int
    """The length of the turn, at most a day. It may last beyond midnight."""
    zone: str

    def covers(self, at: datetime) -> bool:
        """Return whether the turn runs at this instant."""
        local = at.astimezone(ZoneInfo(self.zone))
        minute = local.weekday() * _DAY + local.hour * 60 + local.minute
        return (minute - self._first) % _WEEK < self.minutes

    def within(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Return (start, end) of each time the turn runs between two instants, in order."""
        zone = ZoneInfo(self.zone)
        day = start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        day -= timedelta(days=(day.weekday() - self.weekday) % 7 + 7)
        found = []
        while day < end:
            # Added to local time, so that 20:00 stays 20:00 when summer time begins or ends.
            begins = day + timedelta(minutes=self.begins)
            ends = begins + timedelta(minutes=self.minutes)
            if ends > start and begins < end:
                found.append((begins.astimezone(start.tzinfo), ends.astimezone(start.tzinfo)))
            day += timedelta(days=7)
        return found

    @property
    def _first(self) -> int:
        return self.weekday * _DAY + self.begins


@dataclass(frozen=True, slots=True)
class Period:
    """A dated shift or leave of an officer.

    A shift adds to the officer's duty, and leave takes away from it. In a shift in place of another
    officer, that officer is off duty.
    """

    officer: str
    kind: PeriodKind
    begins_at: datetime
    ends_at: datetime
    in_place_of: str | None = None

    def covers(self, at: datetime) -> bool:
        """Return whether the period runs at this instant."""
        return self.begins_at <= at < self.ends_at


class Rota:
    """The weekly turns and the dated periods of some officers."""

    def __init__(self, turns: Iterable[Turn] = (), periods: Iterable[Period] = ()) -> None:
        self.turns: dict[str, list[Turn]] = defaultdict(list)
        self.periods: dict[str, list[Period]] = defaultdict(list)
        self._instead_of: dict[str, list[Period]] = defaultdict(list)
        for turn in turns:
            self.turns[turn.officer].append(turn)
        for period in periods:
            self.periods[period.officer].append(period)
            if period.in_place_of is not None:
                self._instead_of[period.in_place_of].append(period)

    def __bool__(self) -> bool:
        """Return whether the rota has any entry."""
        return bool(self.turns or self.periods)

    def is_on_leave(self, officer: str, at: datetime) -> bool:
        """Return whether the officer is on leave."""
        return any(
            each.kind is PeriodKind.LEAVE and each.covers(at)
            for each in self.periods.get(officer, ())
        )

    def has_stand_in(self, officer: str, at: datetime) -> bool:
        """Return whether somebody who is not on leave serves in the officer's place."""
        return any(
            each.covers(at) and not self.is_on_leave(each.officer, at)
            for each in self._instead_of.get(officer, ())
        )

    def stands_in(self, officer: str, at: datetime) -> bool:
        """Return whether the officer serves in place of another officer."""
        return any(
            each.in_place_of is not None and each.covers(at)
            for each in self.periods.get(officer, ())
        )

    def has_turns(self, officer: str) -> bool:
        """Return whether the officer has weekly turns, outside which they are off duty."""
        return bool(self.turns.get(officer))

    def is_scheduled(self, officer: str, at: datetime) -> bool:
        """Return whether the officer has a turn or an additional shift at this instant."""
        return any(each.covers(at) for each in self.turns.get(officer, ())) or any(
            each.kind is PeriodKind.SHIFT and each.in_place_of is None and each.covers(at)
            for each in self.periods.get(officer, ())
        )


def overlapping(turns: Iterable[Turn]) -> bool:
    """Return whether two of an officer's turns overlap."""
    spans = sorted((each.weekday * _DAY + each.begins, each.minutes) for each in turns)
    if not spans:
        return False
    around = [*spans, (spans[0][0] + _WEEK, spans[0][1])]
    return any(begins + minutes > after for (begins, minutes), (after, _) in pairwise(around))


def length(begins: int, ends: int) -> int:
    """Return the minutes from `begins` to the next `ends`, both minutes after midnight.

    If both are equal, that is a whole day.
    """
    return (ends - begins - 1) % _DAY + 1
