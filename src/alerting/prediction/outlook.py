"""The outlook of a division: its counts, put in the terms of the model."""

from collections.abc import Iterable
from datetime import datetime
from itertools import accumulate
from operator import add

from sqlalchemy import Connection

from alerting.board.curve import Curves, Step
from alerting.board.rules import Count
from alerting.ledger.alerts import StoredAlert
from alerting.policy.escalation import Position, at_the_door, first_door_after, household_ladder
from alerting.policy.policy import Policy
from alerting.policy.sections import HouseholdAction
from alerting.prediction.facts import Facts, OfficerDoors, Silent, count_facts
from alerting.prediction.rules.answers import Change, intervals, learn
from alerting.prediction.rules.doors import pace_of
from alerting.prediction.rules.rounds import OpenDoors, SilentGroup, rounds_of
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
    """Return the outlook of an alert in a division."""
    steps = curves.steps(connection, alert.id, division)
    facts = count_facts(connection, alert.id, division)
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
        rounds=rounds_of(silent, doors, answers, _deputy_after(policy)),
        pace=pace_of(facts.done, busy),
        zero_at=_zero_at(steps, facts.help.last_resolved),
    )


def _change(step: Step) -> Change:
    change = step.change
    return Change(step.at, step.division, change.total, max(0, -change.unaccounted))


def _open(each: OfficerDoors, facts: Facts, now: datetime) -> OpenDoors:
    begun = [at for at in (each.oldest, each.last_done) if at]
    waited = (now - max(begun)).total_seconds() if each.pending and begun else 0.0
    is_awake = each.officer in facts.awake or each.last_done is not None
    return OpenDoors(each.place, each.officer or "", each.pending, max(0.0, waited), is_awake)


def _group(each: Silent, policy: Policy, now: datetime) -> SilentGroup:
    ladder = household_ladder(policy.household, vulnerable=each.is_vulnerable)
    is_sent = at_the_door(ladder, Position(now, each.steps_done, None))
    door_at = None if is_sent else first_door_after(ladder).total_seconds()
    age = max(0.0, now.timestamp() - each.since)
    return SilentGroup(each.place, each.officer, each.households, age, door_at)


def _deputy_after(policy: Policy) -> float:
    """Return the seconds from the first door step to the last, by which somebody else goes."""
    ladder = household_ladder(policy.household, vulnerable=False)
    others = [each.after for each in ladder if each.do is HouseholdAction.DOOR_DEPUTY]
    first = first_door_after(ladder)
    return (min((each for each in others if each > first), default=first) - first).total_seconds()


def _zero_at(steps: Iterable[Step], resolved: datetime | None) -> datetime | None:
    """Return when the last change ended that left nobody unaccounted, and no help was open."""
    ordered = sorted(steps, key=lambda step: step.at)
    sums = accumulate((step.change for step in ordered), add, initial=Count())
    zero: datetime | None = None
    for step, total in zip(ordered, list(sums)[1:], strict=True):
        if total.unaccounted:
            zero = None
        elif zero is None:
            zero = step.at
    return zero if zero is None or resolved is None else max(zero, resolved)
