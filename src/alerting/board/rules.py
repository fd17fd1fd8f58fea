"""Rules of the board: the curve of people accounted for, and the next steps."""

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
    """Numbers of people, or changes in them; people in danger count only in `total`."""

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
    """The numbers of people at a time; people in danger count only in `total`."""

    at: datetime
    total: int
    accounted: int
    unaccounted: int


def count(said: Iterable[Evidence], headcount: int, places: frozenset[int]) -> Count:
    """Return the counts of a household's people, from the evidence about it.

    `places` are the indexes of its named people.
    """
    return counted(fold_persons(said, headcount, places))


def counted(household: HouseholdStanding) -> Count:
    """Return the counts of a household's people, from its standing."""
    tally = Tally.of(household)
    accounted = tally.people_elsewhere + tally.people_evacuated
    return Count(tally.people, accounted, tally.people_unaccounted)


class Curve:
    """A running sum of changes, which may be added in any order; appending at the end is cheap."""

    def __init__(self) -> None:
        self._instants: list[datetime] = []
        self._sums: list[Count] = []

    def add(self, at: datetime, change: Count) -> None:
        """Add a change in the counts at a time."""
        place = bisect_right(self._instants, at)
        self._instants.insert(place, at)
        self._sums.insert(place, self._sums[place - 1] if place else Count())
        for later in range(place, len(self._sums)):
            self._sums[later] += change

    def points(self, most: int) -> list[Point]:
        """Return the curve from the first change to the last.

        The time between them is divided into `most` even intervals. The first change is a point;
        each interval adds its last change as a point, if it has any.
        """
        if not self._instants:
            return []
        begin = self._instants[0]
        # Division may round down, which would make one interval too many, so add the resolution.
        step = (self._instants[-1] - begin) / most + timedelta.resolution
        # The first instant is a point of its own, because everybody is missing then.
        ends = (bisect_right(self._instants, begin + step * part) for part in range(most + 1))
        places = dict.fromkeys(end - 1 for end in ends)
        return [self._point(place) for place in places]

    def reached(self, percents: Iterable[int]) -> dict[int, datetime | None]:
        """Return when the whereabouts of each percentage of people were first known; None: not yet.

        The percentage is of all people on the roll at the last change. An area that was complete
        before it was widened therefore does not count as complete.
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
    """Why something is to be done now, in the order of urgency."""

    HELP_UNATTENDED = "help_unattended"
    """Nobody is on the way to some calls for help; the number counts these households."""
    DOORS_ON_ONE = "doors_on_one"
    """Doors have no officer, or one officer has many and has not set out.

    The number counts these doors.
    """
    OFFICERS_NOT_WOKEN = "officers_not_woken"
    """Some officers did not respond to any call; the number counts these officers."""
    VILLAGE_DARK = "village_dark"
    """Texts do not arrive in a village; the number counts the unaccounted people there."""
    APPROVAL_WAITS = "approval_waits"
    """Approvals wait for a decision that the officer may make; the number counts them."""
    PROVIDER_DOWN = "provider_down"
    """Some providers cannot send; the number counts these providers."""
    OWN_DOORS = "own_doors"
    """The officer has unfinished door tasks; the number counts them."""
    FEW_LEFT = "few_left"
    """At most 20 people are unaccounted for; the number counts them."""
    ANSWERS_AWAITED = "answers_awaited"
    """People are unaccounted for, and the first reminder is still to come.

    The number counts these people.
    """
    MANY_LEFT = "many_left"
    """More than 20 people are unaccounted for; the number counts them."""
    TO_VERIFY = "to_verify"
    """An officer must visit or telephone households before the close.

    The number counts these households.
    """
    READY_TO_CLOSE = "ready_to_close"
    """The alert can be closed; the number counts the people on the roll."""
    CLOSED = "closed"
    """Only the all-clear is left to do; the number counts the people who wait for it."""


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
"""The roles that can take each step."""

_MANY_DOORS: Final = 10

_FEW_PEOPLE: Final = 20


@dataclass(frozen=True, slots=True)
class Somebody:
    """An officer, with their first phone number; if nobody is assigned, all fields are empty."""

    id: str = ""
    name: str = ""
    division: str = ""
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """The facts about an alert, in an officer's division, that decide the next steps.

    `open_doors` counts, by officer, the doors for which the officer has not set out. `dark` counts
    the unaccounted people of each dark village. `decides_by` has, for each approval that the
    officer may decide, the time at which it passes to the next tier. `reminds_at` is the time of
    the first reminder; None if it is past.
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
    """Something to do: the reason, a number, the place or officer concerned, and a deadline."""

    reason: NextReason
    number: int
    place: str = ""
    """Code of a division or household; empty: the officer's division."""
    officer: Somebody | None = None
    provider: str = ""
    until: datetime | None = None


def next_steps(now: Situation) -> list[NextStep]:
    """Return the next steps: those that the officer's role can take first, then by urgency."""
    if now.state in OVER or now.state is AlertState.PROPOSED:
        return []
    found = list(_urgent(now)) + list(_rest(now))
    return sorted(found, key=lambda step: now.role not in _ACTING[step.reason])


def _urgent(now: Situation) -> Iterator[NextStep]:
    if now.help_unattended:
        first, number = now.help_unattended[0], len(now.help_unattended)
        yield NextStep(NextReason.HELP_UNATTENDED, number, place=first)
    # Doors without an officer take precedence over those of any officer.
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
