"""Escalation ladders: the steps that silence triggers, the position reached, and the steps due."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import itemgetter
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from alerting.policy.sections import (
    Channel,
    HouseholdAction,
    HouseholdLadder,
    OfficerAction,
    OfficerLadder,
    VoiceTries,
)

Act = TypeVar("Act", HouseholdAction, OfficerAction)

_DOOR: Final = "door"


@dataclass(frozen=True, slots=True)
class Step(Generic[Act]):
    """A step of a ladder, due when the recipient has been silent for `after` since being alerted.

    `number` is its place in the ladder, from 1. `try_number` counts the voice calls, from 1; it is
    1 for every other step.
    """

    number: int
    after: timedelta
    do: Act
    try_number: int


def household_ladder(
    rules: HouseholdLadder, *, vulnerable: bool
) -> tuple[Step[HouseholdAction], ...]:
    """Return the steps that a household's silence triggers, in order.

    For vulnerable households all times, the spacing of calls included, are multiplied by the
    policy's `vulnerable_factor`.
    """
    steps = [(step.after, step.do) for step in rules.steps]
    return _ladder(steps, rules.voice, rules.vulnerable_factor if vulnerable else 1)


def officer_ladder(rules: OfficerLadder) -> tuple[Step[OfficerAction], ...]:
    """Return the steps that an officer's silence triggers, in order, at every tier (叫应)."""
    return _ladder([(step.after, step.do) for step in rules.steps], rules.voice, 1)


def _ladder(
    steps: Iterable[tuple[timedelta, Act]], voice: VoiceTries, factor: float
) -> tuple[Step[Act], ...]:
    """Return the steps with each voice call as its own step; calls may fall between later steps."""
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
    """Return the step after the first `done` ones, or None after the last."""
    return ladder[done] if done < len(ladder) else None


@dataclass(frozen=True, slots=True)
class Position:
    """The position reached in a ladder.

    `steps_done` counts the steps performed or passed over. `next_at` is when the next step is due;
    it is None if the ladder has ended or is no longer followed.
    """

    silent_since: datetime
    steps_done: int
    next_at: datetime | None


def begin(
    ladder: Sequence[Step[HouseholdAction]], called_at: datetime, *, reachable: bool
) -> Position:
    """Return a household's first position; raising the alert queues its first text."""
    if not reachable:
        return hasten(ladder, called_at)
    first = ladder[0]
    sent = first.do is HouseholdAction.SMS and not first.after
    return advance(ladder, called_at, int(sent))


def advance(ladder: Sequence[Step[Act]], silent_since: datetime, done: int) -> Position:
    """Return the position after the first `done` steps."""
    step = next_step(ladder, done)
    return Position(silent_since, done, silent_since + step.after if step else None)


def hasten(ladder: Sequence[Step[HouseholdAction]], now: datetime) -> Position:
    """Return the position at which an officer is sent to the door at once.

    The start of the silence is set back, so that the later steps keep their distances.
    """
    door = _first_door(ladder)
    return Position(now - ladder[door].after, door, now)


def call_now(ladder: Sequence[Step[HouseholdAction]], now: datetime) -> Position:
    """Return the position at which a household is called at once because texts do not arrive.

    If the ladder has no call before its first door step, an officer is sent to the door instead.
    """
    before = ladder[: _first_door(ladder)]
    calls = [step for step in before if step.do is HouseholdAction.VOICE]
    if not calls:
        return hasten(ladder, now)
    return Position(now - calls[0].after, calls[0].number - 1, now)


def resume(ladder: Sequence[Step[HouseholdAction]], position: Position, now: datetime) -> Position:
    """Return the position from which the ladder resumes for people who are unaccounted again.

    If silence would have reached the first door step by now, an officer is sent at once.
    """
    if position.silent_since + ladder[_first_door(ladder)].after <= now:
        return hasten(ladder, now)
    return advance(ladder, position.silent_since, position.steps_done)


def first_reminder_after(rules: HouseholdLadder) -> timedelta:
    """Return the silence after which a household is first asked again; zero if it never is."""
    asked = (HouseholdAction.SMS, HouseholdAction.VOICE)
    later = [step.after for step in rules.steps if step.do in asked and step.after]
    return min(later, default=timedelta(0))


def first_door_after(ladder: Sequence[Step[HouseholdAction]]) -> timedelta:
    """Return the silence after which an officer is first sent to the door."""
    return ladder[_first_door(ladder)].after


def at_the_door(ladder: Sequence[Step[HouseholdAction]], position: Position) -> bool:
    """Whether the ladder has sent an officer to the door already."""
    return position.steps_done > _first_door(ladder)


def _first_door(ladder: Sequence[Step[HouseholdAction]]) -> int:
    return next(place for place, step in enumerate(ladder) if step.do.is_door)


class DueReason(StrEnum):
    """Why a due step is performed or passed over."""

    TIME_HAS_COME = "time_has_come"
    LATER_TRY_IS_DUE = "later_try_is_due"
    LATER_DOOR_IS_DUE = "later_door_is_due"
    CANNOT_BE_REACHED = "cannot_be_reached"
    EARLIER_TRY_STILL_WAITS = "earlier_try_still_waits"
    HEARD_ALREADY = "heard_already"
    ALERT_HAS_EXPIRED = "alert_has_expired"


@dataclass(frozen=True, slots=True)
class Due(Generic[Act]):
    """A step whose time has come; it counts as done whether performed or passed over."""

    step: Step[Act]
    reason: DueReason

    @property
    def perform(self) -> bool:
        """Whether the step is to be performed."""
        return self.reason is DueReason.TIME_HAS_COME


def due(
    ladder: Sequence[Step[Act]],
    position: Position,
    now: datetime,
    passed_over: Mapping[Act, DueReason] = MappingProxyType({}),
) -> tuple[Due[Act], ...]:
    """Return the steps whose time has come, in order.

    `passed_over` gives the reason for each action that cannot be performed. A process that was
    suspended may find several due steps. Only the last try on each channel is made, because two
    equal texts at one moment wake nobody twice; so a neighbour, too, is asked once. Only the
    last door step is performed: it is one door, and the last step would send its officer there
    anyway.
    """
    come = [
        step for step in ladder[position.steps_done :] if position.silent_since + step.after <= now
    ]
    last = {_kind(step.do): step for step in come}
    return tuple(Due(step, _why(step, last[_kind(step.do)], passed_over)) for step in come)


def _kind(do: HouseholdAction | OfficerAction) -> str:
    return _DOOR if isinstance(do, HouseholdAction) and do.is_door else do.value


def _why(
    step: Step[Act], last_of_kind: Step[Act], passed_over: Mapping[Act, DueReason]
) -> DueReason:
    if step.do in passed_over:
        return passed_over[step.do]
    if step is last_of_kind:
        return DueReason.TIME_HAS_COME
    is_door = _kind(step.do) == _DOOR
    return DueReason.LATER_DOOR_IS_DUE if is_door else DueReason.LATER_TRY_IS_DUE
