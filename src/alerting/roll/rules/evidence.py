"""What somebody said of a household, and how far it can be relied on."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

from contacts.people import Role


class Rung(IntEnum):
    """Who said it, higher settling lower.

    "The household's own word < a neighbour or informant < an officer at the door < check-in at
    the shelter. 'claimed' rests on the first two, 'verified' on the last two."
    """

    OWN = 0
    NEIGHBOUR = 1
    OFFICER = 2
    SHELTER = 3


# "The household's own word < a neighbour or informant < an officer at the door."
RUNG: Final = {
    Role.INFORMANT: Rung.NEIGHBOUR,
    Role.GRID_OFFICER: Rung.OFFICER,
    Role.DUTY_OFFICER: Rung.OFFICER,
    Role.TOWN_COMMANDER: Rung.OFFICER,
}


class Report(StrEnum):
    """What was said. Only the first four carry a standing; the next two tell nothing.

    The last is the word of no person but of a clock: a roll-call's time ran out in silence. It
    accounts for nobody, and takes back whom others accounted for before that roll-call.
    """

    EVACUATED = "evacuated"
    NEEDS_HELP = "needs_help"
    STAYING = "staying"
    ELSEWHERE = "elsewhere"
    RECEIVED = "received"
    NOT_HOME = "not_home"
    MISSED_ROLL_CALL = "missed_roll_call"


ACCOUNTING: Final = frozenset({Report.EVACUATED, Report.ELSEWHERE})
"""What may account for somebody."""

DANGER: Final = frozenset({Report.STAYING, Report.NEEDS_HELP})
"""What says that somebody is in danger."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing somebody said of a household.

    `by` is the phone or the officer it came from; `count` the people it speaks of in all (not
    besides those reported before), or None for the whole household. With 'staying' it is those
    who left. `persons` are the places, in the household's list of names, of those it names, who
    stay where it says 'staying'; it then has no count. `since` is when the roll-call was called
    that was missed; without it, all that was said before `given_at` is taken back. `id` finds
    the row again; no rule rests on it, because it follows the arrival.
    """

    id: int | str
    given_at: datetime
    rung: Rung
    by: str
    report: Report
    count: int | None = None
    persons: frozenset[int] | None = None
    since: datetime | None = None

    def __post_init__(self) -> None:
        if self.given_at.tzinfo is None or (self.since and self.since.tzinfo is None):
            raise ValueError(f"evidence {self.id}: a time has no time zone; add one")
        if self.count is not None and self.count < 0:
            raise ValueError(f"evidence {self.id}: count is {self.count}; give 0 people or more")
        missed = self.report is Report.MISSED_ROLL_CALL
        if self.persons is not None and (not self.persons or self.count is not None or missed):
            raise ValueError(f"evidence {self.id}: name one person or more, and give no count")
        if self.since is not None and not missed:
            raise ValueError(f"evidence {self.id}: `since` belongs to a missed roll-call alone")
