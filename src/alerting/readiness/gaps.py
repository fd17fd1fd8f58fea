"""Rules of gaps: whom nobody would go to, and what else the roster lacks, by gravity."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from math import ceil
from typing import Final

from alerting.readiness.snapshot import HomeGroup, Household, PhoneLack, Post, Snapshot
from contacts.division import ancestors, village_of


class GapReason(StrEnum):
    """Why somebody would be missed, or be late."""

    NOBODY_KNOCKS = "nobody_knocks"
    """No officer of any tier answers for a place; counts its households."""
    TOO_MANY_DOORS = "too_many_doors"
    """An officer has more doors than the target time allows; counts those beyond."""
    NOBODY_ON_DUTY = "nobody_on_duty"
    """All officers of a place are off duty: the tier above knocks; counts its households."""
    ONLY_ABOVE = "only_above"
    """A place has no officer of its own: the tier above knocks; counts its households."""
    OFFICER_WITHOUT_PHONE = "officer_without_phone"
    """An officer who knocks cannot be woken by phone."""
    NO_PHONE = "no_phone"
    """A household has no phone: a door is all that reaches it."""
    IMPOSSIBLE_PHONE = "impossible_phone"
    """None of a household's phones is in the numbering plan."""
    NO_ASSEMBLY_POINT = "no_assembly_point"
    """A place tells its people no place to go; counts its households."""
    NO_COORDINATES = "no_coordinates"
    """Drawn areas miss these households of a place; counts them."""


class Subject(IntEnum):
    """The kind of a gap's subject."""

    DIVISION = 0
    OFFICER = 1
    HOUSEHOLD = 2


GRAVITY: Final = {reason: gravity for gravity, reason in enumerate(GapReason)}
"""The order of gaps: 0 is gravest."""

MISSED: Final = frozenset({GapReason.NOBODY_KNOCKS, GapReason.TOO_MANY_DOORS})
"""Reasons for which somebody would not be accounted for within the target time."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing to mend: of a division, an officer or a household."""

    reason: GapReason
    about: Subject
    subject: str
    """The code or the id."""
    division: str
    number: int
    """How many households the reason counts; 1 for a household."""


@dataclass(frozen=True, slots=True)
class Line:
    """The officer who goes to the doors of some homes first, or why nobody does."""

    officer: str | None
    lack: GapReason | None = None


def line_of(place: str, own: str | None, posts: Mapping[str, Post]) -> Line:
    """Return who goes to a home: its own officer, or else the first of its grid or village."""
    if own is not None and own in posts and posts[own].is_on_duty:
        return Line(own)
    near = [each for each in posts.values() if each.division in {place, village_of(place)}]
    knocking = sorted(
        (each for each in near if each.knocks), key=lambda each: (-len(each.division), each.id)
    )
    if serving := next((each for each in knocking if each.is_on_duty), None):
        return Line(serving.id)
    above = set(ancestors(place))
    if not any(each.decides and each.division in above for each in posts.values()):
        return Line(None, GapReason.NOBODY_KNOCKS)
    return Line(None, GapReason.NOBODY_ON_DUTY if knocking else GapReason.ONLY_ABOVE)


def gaps_of(
    seen: Snapshot,
    lines: Mapping[tuple[str, str | None], Line],
    loads: Mapping[str, float],
    most_doors: float,
) -> list[Gap]:
    """Return all gaps, the gravest first.

    `loads` are the doors that each officer is expected to go to, `most_doors` those that one can
    go to within the target time.
    """
    posts = {each.id: each for each in seen.posts}
    found = [
        *_of_lines(seen.homes, lines),
        *_of_officers(posts, loads, most_doors),
        *(_of_household(each) for each in seen.unreachable),
        *_of_places(seen),
    ]
    return sorted(found, key=lambda gap: (GRAVITY[gap.reason], -gap.number, gap.subject))


def _of_lines(
    homes: Iterable[HomeGroup], lines: Mapping[tuple[str, str | None], Line]
) -> Iterator[Gap]:
    counted: defaultdict[tuple[GapReason, str], int] = defaultdict(int)
    for each in homes:
        if lack := lines[each.place, each.officer].lack:
            counted[lack, each.place] += each.households
    for (reason, place), number in counted.items():
        yield Gap(reason, Subject.DIVISION, place, place, number)


def _of_officers(
    posts: Mapping[str, Post], loads: Mapping[str, float], most_doors: float
) -> Iterator[Gap]:
    for id_, doors in loads.items():
        post = posts[id_]
        if doors > most_doors:
            beyond = ceil(doors - most_doors)
            yield Gap(GapReason.TOO_MANY_DOORS, Subject.OFFICER, id_, post.division, beyond)
        if not post.has_phone:
            reason = GapReason.OFFICER_WITHOUT_PHONE
            yield Gap(reason, Subject.OFFICER, id_, post.division, ceil(doors))


def _of_household(each: Household) -> Gap:
    is_empty = each.lack is PhoneLack.NONE
    reason = GapReason.NO_PHONE if is_empty else GapReason.IMPOSSIBLE_PHONE
    return Gap(reason, Subject.HOUSEHOLD, each.code, each.place, 1)


def _of_places(seen: Snapshot) -> Iterator[Gap]:
    for place, households in seen.without_point.items():
        reason = GapReason.NO_ASSEMBLY_POINT
        yield Gap(reason, Subject.DIVISION, place, place, households)
    for place, households in seen.unplaced.items():
        yield Gap(GapReason.NO_COORDINATES, Subject.DIVISION, place, place, households)
