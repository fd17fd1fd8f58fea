"""Evidence about a household, and how reliable its source is."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

from contacts.people import Role


class Rung(IntEnum):
    """Rank of a source of evidence; a higher rung overrules a lower one.

    People are 'claimed' safe by the first two rungs, and 'verified' by the last two.
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
    """Content of a piece of evidence. Only the first four determine a standing.

    MISSED_ROLL_CALL comes from the clock, not from a person: a household did not answer a roll-call
    in time. Earlier evidence then no longer accounts for anybody.
    """

    EVACUATED = "evacuated"
    NEEDS_HELP = "needs_help"
    STAYING = "staying"
    ELSEWHERE = "elsewhere"
    RECEIVED = "received"
    NOT_HOME = "not_home"
    MISSED_ROLL_CALL = "missed_roll_call"


ACCOUNTING: Final = frozenset({Report.EVACUATED, Report.ELSEWHERE})
"""Reports that may account for somebody."""

DANGER: Final = frozenset({Report.STAYING, Report.NEEDS_HELP})
"""Reports that somebody is in danger."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement about a household.

    `by` is the phone or the officer's id. `count` is the total number of people that it is about,
    or None for the whole household; with 'staying', it is the number of people who left.
    `persons` names people by their indexes in the household's list of names; with 'staying', they
    are the people who stay. Evidence that names persons has no count. `since` is when a missed
    roll-call was started; if it is None, all evidence from before `given_at` is revoked. `id` only
    serves to find the row. No rule uses it, because ids follow the order of arrival.
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
