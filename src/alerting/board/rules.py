"""The curve of people accounted for over time: a sum of changes, thinned out when read."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerting.roll.rules.evidence import Evidence
from alerting.roll.rules.persons import fold_persons
from alerting.roll.rules.standing import HouseholdStanding
from alerting.roll.rules.tally import Tally


@dataclass(frozen=True, slots=True)
class Count:
    """Numbers of people, or their change; people in danger are in `total` alone."""

    total: int = 0
    accounted: int = 0
    unaccounted: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.total + other.total,
            self.accounted + other.accounted,
            self.unaccounted + other.unaccounted,
        )

    def __sub__(self, other: "Count") -> "Count":
        return Count(
            self.total - other.total,
            self.accounted - other.accounted,
            self.unaccounted - other.unaccounted,
        )


@dataclass(frozen=True, slots=True)
class Point:
    """The numbers of people at an instant; people in danger are in `total` alone."""

    at: datetime
    total: int
    accounted: int
    unaccounted: int


def count(said: Iterable[Evidence], headcount: int, places: frozenset[int]) -> Count:
    """Return how the people of a household count, given the evidence about it."""
    return counted(fold_persons(said, headcount, places))


def counted(household: HouseholdStanding) -> Count:
    """Return how the people of a household with this standing count."""
    tally = Tally.of(household)
    accounted = tally.people_elsewhere + tally.people_evacuated
    return Count(tally.people, accounted, tally.people_unaccounted)


class Curve:
    """A running sum of changes. They may be added in any order; adding at the end is cheap."""

    def __init__(self) -> None:
        self._instants: list[datetime] = []
        self._sums: list[Count] = []

    def add(self, at: datetime, change: Count) -> None:
        """Add a change of the counts at an instant."""
        place = bisect_right(self._instants, at)
        self._instants.insert(place, at)
        self._sums.insert(place, self._sums[place - 1] if place else Count())
        for later in range(place, len(self._sums)):
            self._sums[later] += change

    def points(self, most: int) -> list[Point]:
        """Return the curve from the first change to the last.

        The first point is the first change. The time until the last change is divided into `most`
        even intervals; for each, the last change by its end is a point, and repeats are left out.
        """
        if not self._instants:
            return []
        begin = self._instants[0]
        # Division rounds; rounding down would make one interval more than `most`.
        step = (self._instants[-1] - begin) / most + timedelta.resolution
        # The very beginning is a point of its own: everybody is missing there.
        ends = (bisect_right(self._instants, begin + step * part) for part in range(most + 1))
        places = dict.fromkeys(end - 1 for end in ends)
        return [self._point(place) for place in places]

    def reached(self, percents: Iterable[int]) -> dict[int, datetime | None]:
        """Return when the whereabouts of these percentages of the people were first known.

        They are known unless somebody is unaccounted. The people are all those of the last change,
        so that an area that was complete before it was widened does not count as complete; None:
        the percentage is not reached yet.
        """
        found: dict[int, datetime | None] = dict.fromkeys(percents)
        if not self._sums:
            return found
        total, waiting = self._sums[-1].total, sorted(found, reverse=True)
        for at, so_far in zip(self._instants, self._sums, strict=True):
            known = so_far.total - so_far.unaccounted
            while waiting and known * 100 >= waiting[-1] * total:
                found[waiting.pop()] = at
        return found

    def _point(self, place: int) -> Point:
        so_far = self._sums[place]
        return Point(self._instants[place], so_far.total, so_far.accounted, so_far.unaccounted)
