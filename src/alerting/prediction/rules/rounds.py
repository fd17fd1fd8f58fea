"""Builds rounds: the doors of each village, now and to come, and the officers who go there."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

from alerting.prediction.rules.answers import Answers
from alerting.prediction.rules.doors import Coming, Round
from contacts.division import town_of

_ASLEEP: Final = 0.05
"""The probability that an officer who was just called will not go, calibrated as in `doors`.

With 0.03, the true time of zero was later than the predicted range in a town of many villages.
"""

_WAKING_SECONDS: Final = 40.0
"""Mean delay in seconds until an officer who is awake confirms, calibrated as in `doors`.

It counts from the officer's first door task, which is opened after the call.
"""

_ROUNDED: Final = 15


@dataclass(frozen=True, slots=True)
class SilentGroup:
    """Households of one place that have been silent for the same time."""

    place: str
    households: int
    age: float
    door_at: float | None
    """Seconds of silence after which an officer is sent; None if one was already sent."""


@dataclass(frozen=True, slots=True)
class OpenDoors:
    """The pending door tasks of one officer in one place."""

    place: str
    officer: str
    pending: int
    passed: int
    """The number of these doors already passed on to the deputy or beyond."""
    waited: float
    """Seconds since the oldest task was opened or the last door done, whichever was later."""
    open_for: float
    """Seconds since the oldest task was opened."""
    is_awake: bool
    """Whether the officer has confirmed the call or has done a door."""


@dataclass(frozen=True, slots=True)
class Relief:
    """The officers who help when the first one does not finish."""

    after: float
    """Seconds from the ladder's first door step to the deputy's."""
    officers: int
    """The number of door steps after the first; each adds an officer for the whole town."""


def rounds_of(
    silent: Iterable[SilentGroup],
    doors: Collection[OpenDoors],
    answers: Answers,
    relief: Relief,
) -> list[Round]:
    """Return the round of each place; helping officers of a town are shared among its places."""
    coming: defaultdict[str, list[Coming]] = defaultdict(list)
    for group in silent:
        coming[group.place].append(_coming(group, answers))
    open_: defaultdict[str, list[OpenDoors]] = defaultdict(list)
    for each in doors:
        if each.pending:
            open_[each.place].append(each)
    places = sorted(coming.keys() | open_.keys())
    in_town = Counter(map(town_of, places))
    parts = _parts(doors)
    known = {each.place for each in doors if each.is_awake}
    return [
        _round(
            open_[place],
            sorted(coming[place], key=lambda part: (part.due, part.chance)),
            relief,
            1 + relief.officers / in_town[town_of(place)],
            parts,
            is_known=place in known,
        )
        for place in places
    ]


def _parts(doors: Iterable[OpenDoors]) -> Counter[str]:
    """Return the number of pending doors by officer, over all places."""
    counted: Counter[str] = Counter()
    for each in doors:
        counted[each.officer] += each.pending
    return counted


def _round(
    doors: Sequence[OpenDoors],
    coming: Sequence[Coming],
    relief: Relief,
    helped: float,
    parts: Counter[str],
    *,
    is_known: bool,
) -> Round:
    pending = sum(each.pending for each in doors)
    # Before others help, each officer does their own doors, so the officer with most doors ends
    # last.
    longest = max((parts[each.officer] for each in doors), default=0)
    officers = pending / longest if longest else 1.0
    is_relieved = bool(pending) and 2 * sum(each.passed for each in doors) >= pending
    open_for = max((each.open_for for each in doors), default=0.0)
    due = max((part.due for part in coming), default=0.0)
    help_at = max(0.0, relief.after - open_for) if not coming else due + relief.after
    awake = any(each.is_awake for each in doors) if doors else is_known
    waited = max((each.waited for each in doors), default=0.0)
    # The deputy is sent to a silent household `relief.after` seconds after its first door step.
    deputy_at = due + relief.after if coming else relief.after - waited
    return Round(
        pending,
        tuple(coming),
        round(officers, 2),
        0.0 if is_relieved else _rounded(help_at),
        round(max(helped, officers), 2),
        *_delay(awake, waited, deputy_at),
    )


def _coming(group: SilentGroup, answers: Answers) -> Coming:
    if group.door_at is None or group.door_at <= group.age:
        return Coming(0.0, group.households, 1.0)
    chance = answers.stay_silent(group.age, group.door_at)
    return Coming(_rounded(group.door_at - group.age), group.households, round(chance, 2))


def _delay(is_awake: bool, waited: float, deputy_at: float) -> tuple[float, float]:
    """Return the seconds until a deputy replaces the officer, and the probability of that."""
    if is_awake:
        return 0.0, 0.0
    asleep = _ASLEEP / (_ASLEEP + (1 - _ASLEEP) * exp(-waited / _WAKING_SECONDS))
    return _rounded(max(0.0, deputy_at)), round(asleep, 2)


def _rounded(seconds: float) -> float:
    """Round to multiples of 15 s, so that equal rounds can be counted together."""
    return math.inf if math.isinf(seconds) else float(round(seconds / _ROUNDED) * _ROUNDED)
