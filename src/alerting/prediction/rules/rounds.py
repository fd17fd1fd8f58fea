"""The officers' rounds: whose doors the silent households will be, and who is awake to go."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import exp
from typing import Final

from alerting.prediction.rules.answers import Answers
from alerting.prediction.rules.doors import Coming, Round

_ASLEEP: Final = 0.05
"""The chance that an officer who was just called will not go; as in the drill, one in twenty."""

_WAKING_SECONDS: Final = 120.0
"""Mean delay of the confirmation of an officer who is awake."""

_ROUNDED: Final = 15


@dataclass(frozen=True, slots=True)
class SilentGroup:
    """Households of one place that are silent alike: ages in seconds."""

    place: str
    officer: str
    """The officer whom the roster names; empty: none."""
    households: int
    age: float
    door_at: float | None
    """The age at which somebody is sent to the door; None: now, whatever they answer."""


@dataclass(frozen=True, slots=True)
class OpenDoors:
    """The pending doors of one officer in one place."""

    place: str
    officer: str
    pending: int
    waited: float
    """Seconds since the first of them was opened, or since the officer's last door."""
    is_awake: bool
    """Whether the officer has confirmed the call or done a door."""


def rounds_of(
    silent: Iterable[SilentGroup],
    doors: Collection[OpenDoors],
    answers: Answers,
    deputy_after: float,
) -> list[Round]:
    """Return the rounds; `deputy_after` is the time from the first door to the deputy's, seconds.

    The silent households of a place join the round of the officer who has most doors there.
    """
    pending, waited = Counter[str](), defaultdict[str, float](float)
    awake = {each.officer for each in doors if each.is_awake}
    for each in doors:
        pending[each.officer] += each.pending
        waited[each.officer] = max(waited[each.officer], each.waited)
    coming: defaultdict[str, list[Coming]] = defaultdict(list)
    known = _officer_of(doors)
    for group in silent:
        officer = group.officer or known.get(group.place, group.place)
        coming[officer].append(_coming(group, answers))
    return [
        Round(
            pending[officer],
            tuple(sorted(coming[officer], key=lambda part: (part.due, part.chance))),
            *_delay(officer in awake, waited[officer], deputy_after),
        )
        for officer in sorted(pending.keys() | coming.keys())
        if pending[officer] or coming[officer]
    ]


def _officer_of(doors: Iterable[OpenDoors]) -> Mapping[str, str]:
    """Return the officer who has most doors in each place."""
    by_number = sorted(doors, key=lambda each: (each.pending, each.officer))
    return {each.place: each.officer for each in by_number}


def _coming(group: SilentGroup, answers: Answers) -> Coming:
    if group.door_at is None or group.door_at <= group.age:
        return Coming(0.0, group.households, 1.0)
    chance = answers.stay_silent(group.age, group.door_at)
    due = round((group.door_at - group.age) / _ROUNDED) * _ROUNDED
    return Coming(float(due), group.households, round(chance, 2))


def _delay(is_awake: bool, waited: float, deputy_after: float) -> tuple[float, float]:
    """Return the delay until a deputy goes instead, and the chance of it."""
    if is_awake:
        return 0.0, 0.0
    asleep = _ASLEEP / (_ASLEEP + (1 - _ASLEEP) * exp(-waited / _WAKING_SECONDS))
    left = round(max(0.0, deputy_after - waited) / _ROUNDED) * _ROUNDED
    return float(left), round(asleep, 2)
