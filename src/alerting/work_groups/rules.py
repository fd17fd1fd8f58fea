"""Rules for posts to work groups: which groups get them, which progress is news, and how often."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from alerting.deliveries.rules.providers import Pace
from alerting.roll.rules.tally import Tally
from contacts.division import ancestors


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """A work group of a division, or of an officer in it."""

    name: str
    division: str


def groups_of_area(
    groups: Sequence[WorkGroup], divisions: Collection[str]
) -> tuple[WorkGroup, ...]:
    """Return the groups of the divisions in an area, and of all divisions above."""
    area = set(divisions)
    above = {code for division in area for code in ancestors(division)}
    return tuple(
        group
        for group in groups
        if group.division in area | above or not area.isdisjoint(ancestors(group.division))
    )


def nearest_groups(groups: Sequence[WorkGroup], place: str) -> tuple[WorkGroup, ...]:
    """Return the groups of a place, or else those of the nearest division above that has any."""
    for code in (place, *ancestors(place)):
        if found := tuple(group for group in groups if group.division == code):
            return found
    return ()


ALL_TENTHS: Final = 10


def tenths_of(tally: Tally) -> int:
    """Return how many whole tenths of the people are accounted for, from 0 to 10."""
    if not tally.people:
        return 0
    return ALL_TENTHS * (tally.people - tally.people_unaccounted) // tally.people


class ProgressReason(StrEnum):
    """Why progress is posted to a group, or why not."""

    RISEN = "risen"
    FALLEN = "fallen"
    NO_NEWS = "no_news"


_FALL: Final = 2


def progress_reason(told: int, tenths: int) -> ProgressReason:
    """Return whether progress to `tenths` is news to a group; the last post said `told` tenths.

    Both are the share of people accounted for, in tenths. A fall by one tenth is not news, so that
    a number around a boundary is not posted again and again. Any fall from ten is news, because
    somebody is missing again.
    """
    if tenths > told:
        return ProgressReason.RISEN
    if told - tenths >= _FALL or tenths < told == ALL_TENTHS:
        return ProgressReason.FALLEN
    return ProgressReason.NO_NEWS


def pace_of(group: str, per_minute: int) -> Pace:
    """Return a group's token bucket, which allows at most `per_minute` posts in any minute.

    A full burst and the refill of one minute add up to `per_minute`.
    """
    burst = max(1, per_minute // 2)
    refill = max(1, per_minute - burst) / _MINUTE.total_seconds()
    return Pace(f"group {group}", refill, burst)


_MINUTE: Final = timedelta(minutes=1)

_LONGEST_WAIT: Final = timedelta(minutes=10)

_MOST_TRIES: Final = 12


def next_try(tries: int, now: datetime, expires: datetime) -> datetime | None:
    """Return when to try a post again that was refused `tries` times; None means never.

    The wait doubles from 1 s to 10 min, so that 12 attempts take about half an hour. By then the
    group has later posts, and no text to people depends on it.
    """
    at = now + min(timedelta(seconds=2 ** (tries - 1)), _LONGEST_WAIT)
    return at if tries < _MOST_TRIES and at < expires else None
