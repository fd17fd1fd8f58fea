"""What silence triggers: the steps of the ladders, which of them are due, and the watchdog."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import itemgetter
from typing import Final, Generic, TypeVar

from alerting.core.plan import Channel
from alerting.core.policy import (
    HouseholdAction,
    HouseholdLadder,
    OfficerAction,
    OfficerLadder,
    VoiceTries,
)

Act = TypeVar("Act", HouseholdAction, OfficerAction)

_CHANNELS: Final = frozenset[str](Channel)


@dataclass(frozen=True, slots=True)
class Step(Generic[Act]):
    """One thing to be done, `after` so long of silence since the alert reached somebody.

    `number` is its place in the ladder, from 1; `try_number` which of the calls by voice it is,
    from 1, and 1 for everything else.
    """

    number: int
    after: timedelta
    do: Act
    try_number: int


def household_ladder(
    rules: HouseholdLadder, *, vulnerable: bool, reachable: bool
) -> tuple[Step[HouseholdAction], ...]:
    """Return what a household's silence triggers, in order.

    "Vulnerable households run on half of these times", the time between calls included. "Opted
    out, invalid number, landline, or no phone: door task at once": the first door step without
    waiting, the later ones as long after it as ever. So is it where the whole village is dark.
    """
    steps = [(step.after, step.do) for step in rules.steps]
    if not reachable:
        doors = [(after, do) for after, do in steps if do.is_door]
        steps = [(after - doors[0][0], do) for after, do in doors]
    return _ladder(steps, rules.voice, rules.vulnerable_factor if vulnerable else 1)


def officer_ladder(rules: OfficerLadder) -> tuple[Step[OfficerAction], ...]:
    """Return what an officer's silence triggers, in order, at every tier (叫应)."""
    return _ladder([(step.after, step.do) for step in rules.steps], rules.voice, 1)


def _ladder(
    steps: Iterable[tuple[timedelta, Act]], voice: VoiceTries, factor: float
) -> tuple[Step[Act], ...]:
    """Return the steps with each call by voice; calls may fall between later steps."""
    tries = [
        (after + voice.spacing * earlier, do, earlier + 1)
        for after, do in steps
        for earlier in range(voice.tries if do == Channel.VOICE.value else 1)
    ]
    return tuple(
        Step(number, after * factor, do, try_number)
        for number, (after, do, try_number) in enumerate(sorted(tries, key=itemgetter(0)), 1)
    )


def next_step(ladder: Sequence[Step[Act]], done: int) -> Step[Act] | None:
    """Return the step after the first `done` ones; None: silence has triggered everything."""
    return ladder[done] if done < len(ladder) else None


class DueReason(StrEnum):
    """Why a step that has come is performed, or passed over."""

    TIME_HAS_COME = "time_has_come"
    LATER_TRY_IS_DUE = "later_try_is_due"


@dataclass(frozen=True, slots=True)
class Due(Generic[Act]):
    """A step whose time has come; it counts as done whether performed or passed over."""

    step: Step[Act]
    reason: DueReason

    @property
    def perform(self) -> bool:
        """Whether to do it."""
        return self.reason is DueReason.TIME_HAS_COME


def due(
    ladder: Sequence[Step[Act]], reached_at: datetime, done: int, now: datetime
) -> tuple[Due[Act], ...]:
    """Return the steps beyond the first `done` ones whose time has come, in order.

    A process that slept may find several. Of the tries by one channel only the last is made: two
    equal texts at one moment wake nobody twice. Whatever sends a person, or tells one, is done.
    """
    come = [step for step in ladder[done:] if reached_at + step.after <= now]
    last = {step.do: step for step in come}
    return tuple(
        Due(
            step,
            DueReason.LATER_TRY_IS_DUE
            if step.do in _CHANNELS and step is not last[step.do]
            else DueReason.TIME_HAS_COME,
        )
        for step in come
    )


@dataclass(frozen=True, slots=True)
class Watched:
    """A household on an open alert's roll, and what will happen next about it."""

    household: str
    accounted: bool
    """Nobody of it is unaccounted."""
    next_at: datetime | None
    """When its ladder goes on; None: it has ended, or was never begun."""
    open_task: bool
    """Somebody has its door to knock on, and has not said what they found."""


class Neglect(StrEnum):
    """What is wrong with a household that the service has lost sight of."""

    NOTHING_SCHEDULED = "nothing_scheduled"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """An error to be shown and logged: a household nobody is after."""

    household: str
    error: Neglect


def watchdog(roll: Iterable[Watched]) -> tuple[Forgotten, ...]:
    """Return the households of an open alert that are forgotten.

    "An open alert with someone unaccounted and nothing scheduled for them is an error."
    """
    return tuple(
        Forgotten(one.household, Neglect.NOTHING_SCHEDULED)
        for one in roll
        if not one.accounted and one.next_at is None and not one.open_task
    )
