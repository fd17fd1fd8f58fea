"""Rules of door tasks: the choice of the officer, the causes, and the states of a task."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from alerting.policy.escalation import Step
from alerting.policy.sections import HouseholdAction
from contacts.division import covers


class DoorReason(StrEnum):
    """Why this officer was chosen."""

    AS_THE_STEP_SAYS = "as_the_step_says"
    NEXT_IN_LINE = "next_in_line"
    NOBODY_FURTHER = "nobody_further"
    NOBODY_AT_ALL = "nobody_at_all"


@dataclass(frozen=True, slots=True)
class Door:
    """The choice of an officer for a door; `officer` is None if there is no candidate."""

    officer: str | None
    reason: DoorReason


def whose_door(
    step: Step[HouseholdAction],
    *,
    grid_officer: str | None,
    deputies: Sequence[str],
    duty_officers_above: Sequence[str],
) -> Door:
    """Choose the officer for a door step of a household's ladder.

    The step names one kind of officer: the grid officer, a deputy, or a duty officer of the tier
    above. The first officer of that kind is chosen. If there is none, the later kinds are tried in
    this order, and then the earlier kinds backwards. So there is an officer if any kind has one.

    Raises:
        ValueError: if the step is not a door step.
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


DOOR_CODE_DIGITS: Final = 4
"""Number of digits of the code in a text about door tasks."""


class Cause(StrEnum):
    """Why an officer is sent to a door."""

    SILENT = "silent"
    CANNOT_BE_REACHED = "cannot_be_reached"
    REFUSES = "refuses"
    HELP = "help"
    HANDED_ON = "handed_on"


class TaskState(StrEnum):
    """State of a door task.

    `OPEN`: nobody has set out. `TAKEN`: its officer is on the way. `DONE`: its officer's report
    settled the household. `ANSWERED`: other evidence settled it. `PASSED_ON`: another officer
    has a new task. `DROPPED`: the alert is over.
    """

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    ANSWERED = "answered"
    PASSED_ON = "passed_on"
    DROPPED = "dropped"


PENDING: Final = frozenset({TaskState.OPEN, TaskState.TAKEN})
"""States in which an officer must still go to the door."""


@dataclass(frozen=True, slots=True)
class Walker:
    """An officer who can be sent to doors in `division`, with the doors that they already have."""

    id: str
    division: str
    doors: int


def split_doors(doors: Sequence[tuple[str, str]], walkers: Sequence[Walker]) -> dict[str, str]:
    """Share doors out among officers; return the chosen officer's id by household.

    `doors` holds (household, division) pairs, the most urgent first. Each door in turn goes to the
    officer with the fewest doors so far, so that every officer gets some urgent doors. Ties go to
    the officer of the smallest division, and then to the lowest id. A door outside every officer's
    division is left out.
    """
    load = {walker.id: walker.doors for walker in walkers}
    sent: dict[str, str] = {}
    for household, division in doors:
        near = [walker for walker in walkers if covers(walker.division, division)]
        if near:
            chosen = min(near, key=lambda each: (load[each.id], -len(each.division), each.id))
            sent[household] = chosen.id
            load[chosen.id] += 1
    return sent
