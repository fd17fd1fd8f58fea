"""Rules of escalation ladders: the steps that silence triggers, and which of them are due."""

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
    """A step of a ladder, due when the recipient has been silent for `after` since the alert.

    `number` is its position in the ladder, counted from 1. `try_number` counts the phone calls from
    1; it is 1 for every other step.
    """

    number: int
    after: timedelta
    do: Act
    try_number: int


def household_ladder(
    rules: HouseholdLadder, *, vulnerable: bool
) -> tuple[Step[HouseholdAction], ...]:
    """Return the steps that a household's silence triggers, in order.

    For vulnerable households, all times and the spacing of calls are multiplied by the policy's
    `vulnerable_factor`.
    """
    steps = [(step.after, step.do) for step in rules.steps]
    return _ladder(steps, rules.voice, rules.vulnerable_factor if vulnerable else 1)


def officer_ladder(rules: OfficerLadder) -> tuple[Step[OfficerAction], ...]:
    """Return the steps that an officer's silence triggers, in order (叫应)."""
    return _ladder([(step.after, step.do) for step in rules.steps], rules.voice, 1)


def _ladder(
    steps: Iterable[tuple[timedelta, Act]], voice: VoiceTries, factor: float
) -> tuple[Step[Act], ...]:
    """Return the steps by time, with each phone call as a step of its own."""
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
    """Return the step that follows the first `done` steps, or None after the last step."""
    return ladder[done] if done < len(ladder) else None


@dataclass(frozen=True, slots=True)
class Position:
    """The position reached in a ladder.

    `steps_done` counts the steps performed or skipped. `next_at` is when the next step is due, or
    None if the ladder has ended or was stopped.
    """

    silent_since: datetime
    steps_done: int
    next_at: datetime | None


def begin(
    ladder: Sequence[Step[HouseholdAction]], called_at: datetime, *, reachable: bool
) -> Position:
    """Return a household's first position, after the text that is queued with the alert."""
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
    """Return the position at which the first door step is due now.

    The start of the silence is moved back, so that the intervals between later steps stay the same.
    """
    door = _first_door(ladder)
    return Position(now - ladder[door].after, door, now)


def call_now(ladder: Sequence[Step[HouseholdAction]], now: datetime) -> Position:
    """Return the position at which a household's first phone call is due now.

    If the ladder has no call before its first door step, that door step is due now instead.
    """
    before = ladder[: _first_door(ladder)]
    calls = [step for step in before if step.do is HouseholdAction.VOICE]
    if not calls:
        return hasten(ladder, now)
    return Position(now - calls[0].after, calls[0].number - 1, now)


def resume(ladder: Sequence[Step[HouseholdAction]], position: Position, now: datetime) -> Position:
    """Return the position from which the ladder resumes when people are unaccounted for again.

    If the first door step would be due by now, it is due at once.
    """
    if position.silent_since + ladder[_first_door(ladder)].after <= now:
        return hasten(ladder, now)
    return advance(ladder, position.silent_since, position.steps_done)


def first_reminder_after(rules: HouseholdLadder) -> timedelta:
    """Return the silence after which a household gets its first reminder; zero if it gets none."""
    asked = (HouseholdAction.SMS, HouseholdAction.VOICE)
    later = [step.after for step in rules.steps if step.do in asked and step.after]
    return min(later, default=timedelta(0))


def first_door_after(ladder: Sequence[Step[HouseholdAction]]) -> timedelta:
    """Return the silence after which the first door step is due."""
    return ladder[_first_door(ladder)].after


def at_the_door(ladder: Sequence[Step[HouseholdAction]], position: Position) -> bool:
    """Return whether the ladder has already sent an officer to the door."""
    return position.steps_done > _first_door(ladder)


def _first_door(ladder: Sequence[Step[HouseholdAction]]) -> int:
    return next(place for place, step in enumerate(ladder) if step.do.is_door)


class DueReason(StrEnum):
    """The reason why a due step is performed or skipped."""

    TIME_HAS_COME = "time_has_come"
    LATER_TRY_IS_DUE = "later_try_is_due"
    LATER_DOOR_IS_DUE = "later_door_is_due"
    CANNOT_BE_REACHED = "cannot_be_reached"
    EARLIER_TRY_STILL_WAITS = "earlier_try_still_waits"
    HEARD_ALREADY = "heard_already"
    ALERT_HAS_EXPIRED = "alert_has_expired"


@dataclass(frozen=True, slots=True)
class Due(Generic[Act]):
    """A step that is due; it counts as done, whether it is performed or skipped."""

    step: Step[Act]
    reason: DueReason

    @property
    def perform(self) -> bool:
        """Whether the step is performed rather than skipped."""
        return self.reason is DueReason.TIME_HAS_COME


def due(
    ladder: Sequence[Step[Act]],
    position: Position,
    now: datetime,
    skipped_actions: Mapping[Act, DueReason] = MappingProxyType({}),
) -> tuple[Due[Act], ...]:
    """Return the steps that are due, in order.

    `skipped_actions` gives the actions that cannot be performed, each with its reason. After an
    outage, several steps may be due at once. Then only the last try on each channel is performed,
    because two equal texts at the same moment help nobody. Likewise, the neighbour is asked once,
    and only the last door step is performed.
    """
    come = [
        step for step in ladder[position.steps_done :] if position.silent_since + step.after <= now
    ]
    last = {_kind(step.do): step for step in come}
    return tuple(Due(step, _why(step, last[_kind(step.do)], skipped_actions)) for step in come)


def _kind(do: HouseholdAction | OfficerAction) -> str:
    return _DOOR if isinstance(do, HouseholdAction) and do.is_door else do.value


def _why(
    step: Step[Act], last_of_kind: Step[Act], skipped_actions: Mapping[Act, DueReason]
) -> DueReason:
    if step.do in skipped_actions:
        return skipped_actions[step.do]
    if step is last_of_kind:
        return DueReason.TIME_HAS_COME
    is_door = _kind(step.do) == _DOOR
    return DueReason.LATER_DOOR_IS_DUE if is_door else DueReason.LATER_TRY_IS_DUE
