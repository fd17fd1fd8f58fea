"""Who is sent to a household's door, why, and what becomes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from alerting.policy.escalation import Step
from alerting.policy.sections import HouseholdAction


class DoorReason(StrEnum):
    """Why it is this officer's door."""

    AS_THE_STEP_SAYS = "as_the_step_says"
    NEXT_IN_LINE = "next_in_line"
    NOBODY_FURTHER = "nobody_further"
    NOBODY_AT_ALL = "nobody_at_all"


@dataclass(frozen=True, slots=True)
class Door:
    """The officer whose door it is; None where there is no officer at all."""

    officer: str | None
    reason: DoorReason


def whose_door(
    step: Step[HouseholdAction],
    *,
    grid_officer: str | None,
    deputies: Sequence[str],
    duty_officers_above: Sequence[str],
) -> Door:
    """Say whose door it is at a door step of a household's ladder.

    The line is the grid officer, the deputy, the duty officer of the tier above; of several the
    first. Where a place has none of the kind that the step names it is the next in line, and
    behind the last of the line the one before: never nobody if there is anybody.

    Raises:
        ValueError: if the step sends nobody to a door.
    """
    line = {
        HouseholdAction.DOOR_GRID_OFFICER: [grid_officer] if grid_officer else [],
        HouseholdAction.DOOR_DEPUTY: deputies,
        HouseholdAction.DOOR_DUTY_OFFICER_ABOVE: duty_officers_above,
    }
    if step.do not in line:
        raise ValueError(f"step {step.number} is {step.do}, which sends nobody to a door")
    kinds = list(line)
    place = kinds.index(step.do)
    for kind in (*kinds[place:], *reversed(kinds[:place])):
        if officers := line[kind]:
            return Door(officers[0], _reason(kinds.index(kind) - place))
    return Door(None, DoorReason.NOBODY_AT_ALL)


def _reason(further: int) -> DoorReason:
    if further > 0:
        return DoorReason.NEXT_IN_LINE
    return DoorReason.AS_THE_STEP_SAYS if further == 0 else DoorReason.NOBODY_FURTHER


class Cause(StrEnum):
    """Why somebody is sent to a door."""

    SILENT = "silent"
    CANNOT_BE_REACHED = "cannot_be_reached"
    REFUSES = "refuses"
    HELP = "help"
    HANDED_ON = "handed_on"


class TaskState(StrEnum):
    """What has become of a task.

    `DONE`: its officer reported. `ANSWERED`: somebody else's word settled it. `PASSED_ON`: the
    next in line has it. `DROPPED`: the alert is over.
    """

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    ANSWERED = "answered"
    PASSED_ON = "passed_on"
    DROPPED = "dropped"


PENDING: Final = frozenset({TaskState.OPEN, TaskState.TAKEN})
"""States in which the door is still somebody's."""
