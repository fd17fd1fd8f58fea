"""Converts the counts of a division to the inputs of the prediction's model."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import accumulate
from operator import add

from sqlalchemy import Connection

from alerting.board.curve import Curves
from alerting.board.curve import Step as CurveStep
from alerting.board.rules import Count
from alerting.ledger.alerts import StoredAlert
from alerting.policy.escalation import (
    Position,
    Step,
    at_the_door,
    first_door_after,
    household_ladder,
)
from alerting.policy.policy import Policy
from alerting.policy.sections import HouseholdAction
from alerting.prediction.facts import Facts, OfficerDoors, Silent, count_facts
from alerting.prediction.rules.answers import Change, intervals, learn
from alerting.prediction.rules.doors import pace_of
from alerting.prediction.rules.rounds import OpenDoors, Relief, SilentGroup, rounds_of
from alerting.prediction.rules.zero import Outlook
from alerting.roll.tallies import tally_of


def outlook_of(
    connection: Connection,
    alert: StoredAlert,
    division: str,
    curves: Curves,
    policy: Policy,
    now: datetime,
) -> Outlook:
    """Return the inputs for predicting an alert in a division."""
    steps = curves.steps(connection, alert.id, division)
    ladder = household_ladder(policy.household, vulnerable=False)
    facts = count_facts(connection, alert.id, division, _deputy_step(ladder))
    tally = tally_of(connection, alert.id, division)
    doors = [_open(each, facts, now) for each in facts.doors if each.officer]
    answers = learn(intervals(map(_change, steps), now))
    silent = [_group(each, policy, now) for each in facts.silent]
    waiting = [each for each in doors if each.pending and each.is_awake]
    busy = facts.busy_seconds + sum(each.waited for each in waiting)
    return Outlook(
        now=now,
        state=alert.state,
        people=tally.people,
        unaccounted=tally.people_unaccounted,
        help_open=facts.help.open,
        help_on_nobody=facts.help.on_nobody,
        doors_on_nobody=sum(each.pending for each in facts.doors if not each.officer),
        rounds=rounds_of(silent, doors, answers, relief_of(ladder)),
        pace=pace_of(facts.done, busy),
        zero_at=_zero_at(steps, facts.help.last_resolved),
    )


def _change(step: CurveStep) -> Change:
    change = step.change
    return Change(step.at, step.division, change.total, max(0, -change.unaccounted))


def _open(each: OfficerDoors, facts: Facts, now: datetime) -> OpenDoors:
    begun = [at for at in (each.oldest, each.last_done) if at]
    waited = (now - max(begun)).total_seconds() if each.pending and begun else 0.0
    return OpenDoors(
        place=each.place,
        officer=each.officer or "",
        pending=each.pending,
        passed=each.passed,
        waited=max(0.0, waited),
        open_for=max(0.0, (now - each.oldest).total_seconds()) if each.oldest else 0.0,
        is_awake=each.officer in facts.awake or each.last_done is not None,
    )


def _group(each: Silent, policy: Policy, now: datetime) -> SilentGroup:
    ladder = household_ladder(policy.household, vulnerable=each.is_vulnerable)
    is_sent = at_the_door(ladder, Position(now, each.steps_done, None))
    door_at = None if is_sent else first_door_after(ladder).total_seconds()
    age = max(0.0, now.timestamp() - each.since)
    return SilentGroup(each.place, each.households, age, door_at)


_Ladder = Sequence[Step[HouseholdAction]]


def _deputy_step(ladder: _Ladder) -> int:
    """Return the position on the ladder, counted from 1, of the second door step.

    If there is only one door step, return its position.
    """
    doors = [step.number for step in ladder if step.do.is_door]
    return doors[min(1, len(doors) - 1)]


def relief_of(ladder: _Ladder) -> Relief:
    """Return the help that the ladder sends if the first officer does not finish."""
    doors = [step.after for step in ladder if step.do.is_door]
    return Relief((doors[min(1, len(doors) - 1)] - doors[0]).total_seconds(), len(doors) - 1)


def _zero_at(steps: Iterable[CurveStep], resolved: datetime | None) -> datetime | None:
    """Return when the last person was accounted for and the last call for help was resolved.

    Return None while somebody is unaccounted for.
    """
    ordered = sorted(steps, key=lambda step: step.at)
    sums = accumulate((step.change for step in ordered), add, initial=Count())
    zero: datetime | None = None
    for step, total in zip(ordered, list(sums)[1:], strict=True):
        if total.unaccounted:
            zero = None
        elif zero is None:
            zero = step.at
    return zero if zero is None or resolved is None else max(zero, resolved)
