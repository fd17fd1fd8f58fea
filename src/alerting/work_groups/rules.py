"""Rules of posts to work groups: their readers, the progress that is news, the rate of posts."""

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
    """Return the groups in an area and those of every division above it."""
    area = set(divisions)
    above = {code for division in area for code in ancestors(division)}
    return tuple(
        group
        for group in groups
        if group.division in area | above or not area.isdisjoint(ancestors(group.division))
    )


def nearest_groups(groups: Sequence[WorkGroup], place: str) -> tuple[WorkGroup, ...]:
    """Return the groups of a place, or else of the nearest division above that has any."""
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
    """Why progress is posted to a group, or is not."""

    RISEN = "risen"
    FALLEN = "fallen"
    NO_NEWS = "no_news"


_FALL: Final = 2


def progress_reason(told: int, tenths: int) -> ProgressReason:
    """Return whether these tenths are news to a group that was told of `told` tenths.

    A fall by one tenth is not news, so that a count that swings about a boundary is not posted
    again and again. A fall from ten is news: somebody is missing again.
    """
    if tenths > told:
        return ProgressReason.RISEN
    if told - tenths >= _FALL or tenths < told == ALL_TENTHS:
        return ProgressReason.FALLEN
    return ProgressReason.NO_NEWS


def pace_of(group: str, per_minute: int) -> Pace:
    """Return a group's pace: in no minute more than `per_minute` posts.

    A burst and what refills the bucket in a minute add up to that.
    """
    burst = max(1, per_minute // 2)
    refill = max(1, per_minute - burst) / _MINUTE.total_seconds()
    return Pace(f"group {group}", refill, burst)


_MINUTE: Final = timedelta(minutes=1)

_LONGEST_WAIT: Final = timedelta(minutes=10)

_MOST_TRIES: Final = 12


def next_try(tries: int, now: datetime, expires: datetime) -> datetime | None:
    """Return when a post that was refused `tries` times is tried again; None: never.

    Waits double from 1 s to 10 min: 12 tries take about half an hour. After that the group has
    later posts, and the texts that reach people do not depend on it.
    """
    at = now + min(timedelta(seconds=2 ** (tries - 1)), _LONGEST_WAIT)
    return at if tries < _MOST_TRIES and at < expires else None
