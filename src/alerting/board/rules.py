"""Rules of the board: the curve of people accounted for, and the next thing to do."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from alerting.access.rules import Act, roles_for
from alerting.cap.lifecycle import OVER, AlertState
from alerting.roll.rules.evidence import Evidence
from alerting.roll.rules.persons import fold_persons
from alerting.roll.rules.standing import HouseholdStanding
from alerting.roll.rules.tally import Checks, Tally, is_clear
from contacts.people import Role


@dataclass(frozen=True, slots=True)
class Count:
    """Numbers of people, or their change; people in danger count in `total` only."""

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
    """The numbers of people at an instant; people in danger count in `total` only."""

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


class NextReason(StrEnum):
    """Why something is to be done now, the most urgent first."""

    HELP_UNATTENDED = "help_unattended"
    """Calls for help to which nobody is on the way; counts households."""
    DOORS_ON_ONE = "doors_on_one"
    """Many doors fell to one officer, or to none, and nobody has set out; counts doors."""
    OFFICERS_NOT_WOKEN = "officers_not_woken"
    """Officers whom no call woke, while officers are called; counts officers."""
    VILLAGE_DARK = "village_dark"
    """Texts do not arrive in a village; counts its people who are unaccounted for."""
    APPROVAL_WAITS = "approval_waits"
    """Requests that the officer may decide, before they pass to the next tier; counts requests."""
    PROVIDER_DOWN = "provider_down"
    """Providers that send nothing; counts providers."""
    OWN_DOORS = "own_doors"
    """Doors of the officer's own that are not settled; counts doors."""
    FEW_LEFT = "few_left"
    """Nobody is left but these; counts people."""
    ANSWERS_AWAITED = "answers_awaited"
    """The alert has just gone out, and nobody has been reminded yet; counts people unaccounted."""
    MANY_LEFT = "many_left"
    """People are unaccounted for; counts people."""
    TO_VERIFY = "to_verify"
    """Households that an officer has to see or ring before the close; counts households."""
    READY_TO_CLOSE = "ready_to_close"
    """Nothing is against a close; counts the people."""
    CLOSED = "closed"
    """Only the all-clear is left; counts the people who wait for it."""


_SENDERS: Final = roles_for(Act.SEND)

_REPORTERS: Final = roles_for(Act.REPORT)

_ACTING: Final = {
    NextReason.HELP_UNATTENDED: _SENDERS | {Role.GRID_OFFICER},
    NextReason.DOORS_ON_ONE: _SENDERS,
    NextReason.OFFICERS_NOT_WOKEN: _SENDERS,
    NextReason.VILLAGE_DARK: _REPORTERS,
    NextReason.APPROVAL_WAITS: frozenset(Role),
    NextReason.PROVIDER_DOWN: _SENDERS | {Role.ADMINISTRATOR},
    NextReason.OWN_DOORS: frozenset(Role),
    NextReason.FEW_LEFT: _REPORTERS,
    NextReason.ANSWERS_AWAITED: _REPORTERS,
    NextReason.MANY_LEFT: _REPORTERS,
    NextReason.TO_VERIFY: _REPORTERS,
    NextReason.READY_TO_CLOSE: roles_for(Act.CLOSE),
    NextReason.CLOSED: roles_for(Act.ALL_CLEAR),
}
"""The roles that can do something about it."""

_MANY_DOORS: Final = 10

_FEW_PEOPLE: Final = 20


@dataclass(frozen=True, slots=True)
class Somebody:
    """An officer, with their first phone; all fields are empty for nobody."""

    id: str = ""
    name: str = ""
    division: str = ""
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """The facts about an alert, in an officer's division, that decide what is to be done.

    `open_doors` are the doors for which their officer has not set out, by officer. `dark` are dark
    villages with their people unaccounted for. `decides_by` has, for each request that the officer
    may decide, when it passes to the next tier. `reminds_at` is when the first reminder is due, if
    that is still to come.
    """

    state: AlertState
    role: Role
    tally: Tally
    checks: Checks
    help_unattended: Sequence[str] = ()
    open_doors: Sequence[tuple[Somebody, int]] = ()
    own_doors: int = 0
    not_woken: Sequence[Somebody] = ()
    dark: Sequence[tuple[str, int]] = ()
    decides_by: Sequence[datetime | None] = ()
    providers_down: Sequence[str] = ()
    reminds_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something to do: why, how much, about whom or where, and until when."""

    reason: NextReason
    number: int
    place: str = ""
    """A division or a household; empty: the officer's division."""
    officer: Somebody | None = None
    provider: str = ""
    until: datetime | None = None


def next_steps(now: Situation) -> list[NextStep]:
    """Return the next steps by urgency; those that the officer's role can take come first."""
    if now.state in OVER or now.state is AlertState.PROPOSED:
        return []
    found = list(_urgent(now)) + list(_rest(now))
    return sorted(found, key=lambda step: now.role not in _ACTING[step.reason])


def _urgent(now: Situation) -> Iterator[NextStep]:
    if now.help_unattended:
        first, number = now.help_unattended[0], len(now.help_unattended)
        yield NextStep(NextReason.HELP_UNATTENDED, number, place=first)
    # Doors that nobody was given come before those of any officer.
    by_need = sorted(now.open_doors, key=lambda each: (not each[0].id, each[1]))
    officer, doors = by_need[-1] if by_need else (Somebody(), 0)
    if doors >= _MANY_DOORS or (doors and not officer.id):
        yield NextStep(NextReason.DOORS_ON_ONE, doors, officer=officer)
    if now.not_woken and now.state is AlertState.OPEN:
        number = len(now.not_woken)
        yield NextStep(NextReason.OFFICERS_NOT_WOKEN, number, officer=now.not_woken[0])
    village, people = max(now.dark, key=lambda each: each[1], default=("", 0))
    if people:
        yield NextStep(NextReason.VILLAGE_DARK, people, place=village)
    if now.decides_by:
        until = min((at for at in now.decides_by if at), default=None)
        yield NextStep(NextReason.APPROVAL_WAITS, len(now.decides_by), until=until)
    if now.providers_down:
        number = len(now.providers_down)
        yield NextStep(NextReason.PROVIDER_DOWN, number, provider=now.providers_down[0])
    if now.own_doors:
        yield NextStep(NextReason.OWN_DOORS, now.own_doors)


def _rest(now: Situation) -> Iterator[NextStep]:
    missing = now.tally.people_unaccounted
    if now.state is AlertState.CLOSED:
        yield NextStep(NextReason.CLOSED, now.tally.people)
    elif not is_clear(now.tally, now.checks):
        yield NextStep(NextReason.READY_TO_CLOSE, now.tally.people)
    elif missing:
        yield _missing(now, missing)
    elif owed := now.checks.unspoken + now.checks.high_risk + now.checks.verified:
        yield NextStep(NextReason.TO_VERIFY, owed)


def _missing(now: Situation, people: int) -> NextStep:
    if people <= _FEW_PEOPLE:
        return NextStep(NextReason.FEW_LEFT, people)
    if now.reminds_at and now.state is AlertState.OPEN:
        return NextStep(NextReason.ANSWERS_AWAITED, people, until=now.reminds_at)
    return NextStep(NextReason.MANY_LEFT, people)
