"""A door to knock on: why, and what has become of it."""

from enum import StrEnum
from typing import Final


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
