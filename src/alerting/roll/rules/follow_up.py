"""The reason for following a household up, and the ladder position after the reason changes."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from alerting.policy.escalation import Position, Step, at_the_door, hasten, resume
from alerting.policy.sections import HouseholdAction
from alerting.roll.rules.standing import HouseholdStanding, Standing


class FollowUp(StrEnum):
    """Reason for following a household up; SETTLED means that no follow-up is needed."""

    SETTLED = "settled"
    SILENT = "silent"
    REFUSES = "refuses"
    HELP = "help"


def follow_up_reason(standing: HouseholdStanding) -> FollowUp:
    """Return why a household with this standing is followed up.

    People who stay are followed up until an officer has spoken to them.
    """
    if standing.standing is Standing.NEEDS_HELP:
        return FollowUp.HELP
    if standing.standing is Standing.STAYING and standing.settled_by is None:
        return FollowUp.REFUSES
    return FollowUp.SILENT if standing.people.unaccounted else FollowUp.SETTLED


def follow(
    before: FollowUp,
    after: FollowUp,
    ladder: Sequence[Step[HouseholdAction]],
    position: Position,
    now: datetime,
    *,
    reachable: bool,
) -> Position:
    """Return a household's ladder position after its reason for follow-up changed.

    A call for help or a refusal sends an officer to the door at once, unless one is on the way. A
    settled household that is silent again continues the ladder from its old position. If it cannot
    be reached by text or call, an officer goes to the door at once.
    """
    if after is FollowUp.SETTLED:
        return Position(position.silent_since, position.steps_done, None)
    if before is FollowUp.SETTLED:
        is_patient = after is FollowUp.SILENT and reachable
        return resume(ladder, position, now) if is_patient else hasten(ladder, now)
    if after is FollowUp.SILENT or at_the_door(ladder, position):
        return position
    return hasten(ladder, now)
