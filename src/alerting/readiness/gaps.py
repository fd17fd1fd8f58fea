"""Rules of gaps in the roster: why households would be missed or reached late, by gravity."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from math import ceil
from typing import Final

from alerting.readiness.snapshot import HomeGroup, Household, PhoneLack, Post, Snapshot
from contacts.division import ancestors, village_of


class GapReason(StrEnum):
    """The reason why somebody would be missed or reached late."""

    NOBODY_KNOCKS = "nobody_knocks"
    """No officer of any tier is responsible for a place; the number counts its households."""
    TOO_MANY_DOORS = "too_many_doors"
    """An officer has too many doors for the target time; the number counts the excess."""
    NOBODY_ON_DUTY = "nobody_on_duty"
    """All officers of a place are off duty, so officers of the tier above go to the doors."""
    ONLY_ABOVE = "only_above"
    """A place has no officer of its own, so officers of the tier above go to the doors."""
    OFFICER_WITHOUT_PHONE = "officer_without_phone"
    """An officer who goes to doors has no phone and cannot be woken."""
    NO_PHONE = "no_phone"
    """A household has no phone, so only a visit reaches it."""
    IMPOSSIBLE_PHONE = "impossible_phone"
    """None of a household's phone numbers is valid by the numbering plan."""
    NO_ASSEMBLY_POINT = "no_assembly_point"
    """A place has no assembly point; the number counts its households."""
    NO_COORDINATES = "no_coordinates"
    """Households without coordinates, which drawn areas miss; the number counts them."""


class Subject(IntEnum):
    """The subject of a gap."""

    DIVISION = 0
    OFFICER = 1
    HOUSEHOLD = 2


GRAVITY: Final = {reason: gravity for gravity, reason in enumerate(GapReason)}
"""The rank of each reason; 0 is the gravest."""

MISSED: Final = frozenset({GapReason.NOBODY_KNOCKS, GapReason.TOO_MANY_DOORS})
"""Reasons why people would not be accounted for within the target time."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap to repair: of a division, an officer or a household."""

    reason: GapReason
    about: Subject
    subject: str
    """The code of the division or household, or the id of the officer."""
    division: str
    number: int
    """The number of households or doors that the reason counts; 1 for a household."""


@dataclass(frozen=True, slots=True)
class FirstOfficer:
    """The officer who goes first to the doors of a group of homes, or why there is none."""

    officer: str | None
    lack: GapReason | None = None


def first_officer_of(place: str, own: str | None, posts: Mapping[str, Post]) -> FirstOfficer:
    """Return who goes to a home: its own officer, or else the first one of its grid or village."""
    if own is not None and own in posts and posts[own].is_on_duty:
        return FirstOfficer(own)
    near = [each for each in posts.values() if each.division in {place, village_of(place)}]
    knocking = sorted(
        (each for each in near if each.knocks), key=lambda each: (-len(each.division), each.id)
    )
    if serving := next((each for each in knocking if each.is_on_duty), None):
        return FirstOfficer(serving.id)
    above = set(ancestors(place))
    if not any(each.decides and each.division in above for each in posts.values()):
        return FirstOfficer(None, GapReason.NOBODY_KNOCKS)
    return FirstOfficer(None, GapReason.NOBODY_ON_DUTY if knocking else GapReason.ONLY_ABOVE)


def gaps_of(
    seen: Snapshot,
    first_officers: Mapping[tuple[str, str | None], FirstOfficer],
    loads: Mapping[str, float],
    most_doors: float,
) -> list[Gap]:
    """Return all gaps, gravest first.

    `loads` is the expected number of doors by officer. `most_doors` is the number of doors that an
    officer can do within the target time.
    """
    posts = {each.id: each for each in seen.posts}
    found = [
        *_of_first_officers(seen.homes, first_officers),
        *_of_officers(posts, loads, most_doors),
        *(_of_household(each) for each in seen.unreachable),
        *_of_places(seen),
    ]
    return sorted(found, key=lambda gap: (GRAVITY[gap.reason], -gap.number, gap.subject))


def _of_first_officers(
    homes: Iterable[HomeGroup], first_officers: Mapping[tuple[str, str | None], FirstOfficer]
) -> Iterator[Gap]:
    counted: defaultdict[tuple[GapReason, str], int] = defaultdict(int)
    for each in homes:
        if lack := first_officers[each.place, each.officer].lack:
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
