"""Rules of exercises: which are overdue, and when a planned exercise is due or too late."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Final
from zoneinfo import ZoneInfo

from alerting.cap.exercise import ExerciseSize
from alerting.policy.sections import ExerciseRules
from contacts.division import ancestors

SIZES: Final = tuple(ExerciseSize)
"""Sizes from the smallest to the largest. An exercise also counts for every smaller size."""


@dataclass(frozen=True, slots=True)
class Held:
    """When the last exercise of a size was held in a division."""

    division: str
    size: ExerciseSize
    at: datetime


@dataclass(frozen=True, slots=True)
class Practice:
    """The times of a place's last exercises, and the sizes that are overdue."""

    division: str
    last: Mapping[ExerciseSize, datetime]
    """Time of the last exercise by size; sizes that were never held are left out."""
    overdue: tuple[ExerciseSize, ...]


def practice_of(
    places: Collection[str], held: Iterable[Held], rules: ExerciseRules, now: datetime
) -> list[Practice]:
    """Return the practice of each place, sorted so that the worst overdue places come first.

    An exercise counts for the division in which it was held and for all divisions below.
    """
    by_division: dict[str, dict[ExerciseSize, datetime]] = {}
    for each in held:
        known = by_division.setdefault(each.division, {})
        known[each.size] = max(each.at, known.get(each.size, each.at))
    found = [_practice(place, by_division, rules, now) for place in places]
    return sorted(found, key=lambda each: (_gravity(each, now), each.division))


def _practice(
    place: str,
    held: Mapping[str, Mapping[ExerciseSize, datetime]],
    rules: ExerciseRules,
    now: datetime,
) -> Practice:
    last: dict[ExerciseSize, datetime] = {}
    for division in (place, *ancestors(place)):
        for size, at in held.get(division, {}).items():
            last[size] = max(at, last.get(size, at))
    overdue = tuple(size for size in SIZES if _is_overdue(size, last, rules, now))
    return Practice(place, last, overdue)


def _is_overdue(
    size: ExerciseSize,
    last: Mapping[ExerciseSize, datetime],
    rules: ExerciseRules,
    now: datetime,
) -> bool:
    counting = [last[each] for each in SIZES[SIZES.index(size) :] if each in last]
    return not counting or now - max(counting) > longest_between(size, rules)


def longest_between(size: ExerciseSize, rules: ExerciseRules) -> timedelta:
    """Return the longest time that the policy allows between two exercises of a size."""
    between: timedelta = getattr(rules, size)
    return between


def _gravity(each: Practice, now: datetime) -> tuple[list[bool], timedelta]:
    """Return the sort key: places that are overdue for the largest size come first.

    Among equals, the place whose last exercise with everybody is oldest comes first.
    """
    is_fine = [size not in each.overdue for size in reversed(SIZES)]
    latest = each.last.get(ExerciseSize.EVERYBODY)
    return is_fine, latest - now if latest else timedelta.min


def reached_by(share: float, called: int, seconds: Collection[float]) -> float | None:
    """Return the seconds until this share of the called officers had answered; None if fewer did.

    `seconds` holds each answer's delay.
    """
    needed = ceil(share * called)
    in_order = sorted(seconds)
    return in_order[needed - 1] if 0 < needed <= len(in_order) else None


LATEST: Final = timedelta(hours=1)
"""Longest delay after which a planned exercise is still raised; later nobody expects it."""

_MONTHS: Final = 12


class PlanOutcome(StrEnum):
    """The outcome of a planned exercise when it was due."""

    RAISED = "raised"
    """The exercise was raised."""
    MISSED = "missed"
    """The service did not run until more than an hour after the due time."""
    SKIPPED = "skipped"
    """An actual alert was going on in the exercise's area."""
    REFUSED = "refused"
    """The planner may no longer raise the exercise, or it would reach nobody."""


def reason_not_raised(due: datetime, now: datetime, actual: int | None) -> PlanOutcome | None:
    """Return why a planned exercise must not be raised; None if it may be raised.

    `actual` is the id of an actual alert in its area, if there is one.
    """
    if now - due > LATEST:
        return PlanOutcome.MISSED
    return None if actual is None else PlanOutcome.SKIPPED


def month_later(first: datetime, due: datetime, zone: ZoneInfo) -> datetime:
    """Return when a monthly exercise is due in the month after `due`.

    It keeps the local time and the day of the month of `first`. In a month without that day it is
    due on the last day.
    """
    wanted, last = first.astimezone(zone), due.astimezone(zone)
    years, month = divmod(last.month, _MONTHS)
    year, month = last.year + years, month + 1
    day = min(wanted.day, monthrange(year, month)[1])
    return wanted.replace(year=year, month=month, day=day).astimezone(UTC)
