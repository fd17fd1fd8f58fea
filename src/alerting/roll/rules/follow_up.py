"""Whether somebody is after a household, why, and where its ladder goes on when that changes."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from alerting.policy.escalation import Position, Step, at_the_door, hasten, resume
from alerting.policy.sections import HouseholdAction
from alerting.roll.rules.standing import HouseholdStanding, Standing


class FollowUp(StrEnum):
    """Why somebody is after a household; settled: nobody need be."""

    SETTLED = "settled"
    SILENT = "silent"
    REFUSES = "refuses"
    HELP = "help"


def pursuit(standing: HouseholdStanding) -> FollowUp:
    """Return why somebody is after a household that stands so.

    "Staying: recorded with the officer who spoke to them": until one has, one is sent.
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
    """Return where a household's ladder goes on once it is followed for another reason.

    A call for help and a refusal send somebody to the door at once, unless somebody is on the
    way there. Who was settled and is no more is followed as if never settled, and where no text
    or call may reach it somebody goes at once.
    """
    if after is FollowUp.SETTLED:
        return Position(position.silent_since, position.steps_done, None)
    if before is FollowUp.SETTLED:
        is_patient = after is FollowUp.SILENT and reachable
        return resume(ladder, position, now) if is_patient else hasten(ladder, now)
    if after is FollowUp.SILENT or at_the_door(ladder, position):
        return position
    return hasten(ladder, now)
