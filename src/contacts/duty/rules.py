"""Rules of the duty rota: which officers are on duty at an instant, and when nobody is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final

from contacts.duty.rota import Rota


class Duty(StrEnum):
    """Whether an officer is on duty, and why."""

    ALWAYS = "always"
    """Neither the officer nor any principal of the officer has weekly turns."""
    ON_TURN = "on_turn"
    STANDS_IN = "stands_in"
    OFF_TURN = "off_turn"
    REPLACED = "replaced"
    """Another officer serves in this officer's place."""
    ON_LEAVE = "on_leave"


SERVES: Final = frozenset({Duty.ALWAYS, Duty.ON_TURN, Duty.STANDS_IN})


@dataclass(frozen=True, slots=True)
class Member:
    """The data about an officer that the rota needs; `post` is the division and the role."""

    id: str
    post: tuple[str, str]
    deputy_of: str | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """A period in which the same officers of a post are on duty."""

    begins_at: datetime
    ends_at: datetime
    officers: tuple[tuple[str, Duty], ...]
    """The ids of the officers on duty, each with the reason; empty if nobody is."""


def duty_of(member: Member, members: Mapping[str, Member], rota: Rota, at: datetime) -> Duty:
    """Return whether an officer is on duty, and why.

    An officer without weekly turns is always on duty. With turns, the officer is on duty in them
    and in additional shifts. A deputy without own turns is on duty in the principal's turns and
    in the additional shifts of either, even while the principal is on leave.
    """
    if rota.is_on_leave(member.id, at):
        return Duty.ON_LEAVE
    if rota.stands_in(member.id, at):
        return Duty.STANDS_IN
    if rota.has_stand_in(member.id, at):
        return Duty.REPLACED
    turn = _turn(member, members, rota, at)
    if turn is None:
        return Duty.ALWAYS
    return Duty.ON_TURN if turn else Duty.OFF_TURN


def _turn(member: Member, members: Mapping[str, Member], rota: Rota, at: datetime) -> bool | None:
    """Return whether a turn of the officer, or of the nearest principal with turns, is running.

    Additional shifts of the officers in between count too. Returns None if nobody has turns.
    """
    seen: set[str] = set()
    serves = False
    current: Member | None = member
    while current is not None and current.id not in seen:
        seen.add(current.id)
        serves = serves or rota.is_scheduled(current.id, at)
        if rota.has_turns(current.id):
            return serves
        current = members.get(current.deputy_of or "")
    return None


def on_duty(members: Sequence[Member], rota: Rota, at: datetime) -> set[str]:
    """Return the ids of the officers to call at an instant.

    If nobody in a post is on duty, all its officers who are not on leave are called. If all members
    are on leave, all are called, because waking one too many is better than waking nobody.
    """
    by_id = {each.id: each for each in members}
    duties = {each.id: duty_of(each, by_id, rota, at) for each in members}
    called: set[str] = set()
    for post in _by_post(members).values():
        serving = {each.id for each in post if duties[each.id] in SERVES}
        called |= serving or {each.id for each in post if duties[each.id] is not Duty.ON_LEAVE}
    return called or set(duties)


def watches(
    members: Sequence[Member], rota: Rota, start: datetime, end: datetime
) -> dict[tuple[str, str], list[Watch]]:
    """Return, by post, the consecutive periods with the same officers on duty."""
    by_id, posts = {each.id: each for each in members}, _by_post(members)
    found: dict[tuple[str, str], list[Watch]] = {post: [] for post in posts}
    for begins, ends in pairwise(_changes(members, rota, start, end)):
        for post, its in posts.items():
            duties = ((each.id, duty_of(each, by_id, rota, begins)) for each in its)
            serving = tuple((id_, duty) for id_, duty in duties if duty in SERVES)
            before = found[post][-1] if found[post] else None
            if before is not None and before.officers == serving:
                found[post][-1] = Watch(before.begins_at, ends, serving)
            else:
                found[post].append(Watch(begins, ends, serving))
    return found


def gaps(
    members: Sequence[Member], rota: Rota, start: datetime, end: datetime
) -> list[tuple[tuple[str, str], Watch]]:
    """Return the periods in which nobody in a post is on duty, as (post, period).

    Each division is checked separately, so that its officers are checked only when one of their
    own turns begins or ends.
    """
    by_division: dict[str, list[Member]] = defaultdict(list)
    for each in members:
        by_division[each.post[0]].append(each)
    return [
        (post, watch)
        for _, its in sorted(by_division.items())
        for post, found in sorted(watches(its, rota, start, end).items())
        for watch in found
        if not watch.officers
    ]


def _by_post(members: Sequence[Member]) -> dict[tuple[str, str], list[Member]]:
    posts: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for each in members:
        posts[each.post].append(each)
    return posts


def _changes(
    members: Sequence[Member], rota: Rota, start: datetime, end: datetime
) -> list[datetime]:
    """Return the instants at which a member's duty may change, including start and end, sorted."""
    spans = [
        span
        for each in members
        for span in (
            *(span for turn in rota.turns.get(each.id, ()) for span in turn.within(start, end)),
            *((period.begins_at, period.ends_at) for period in rota.periods.get(each.id, ())),
        )
    ]
    return sorted({start, end} | {at for span in spans for at in span if start < at < end})
