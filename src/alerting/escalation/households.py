"""Run the ladders of silent households: reminders, calls, questions to neighbours, door tasks."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, select

from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import deliveries
from alerting.doors.assignees import Assignees, assignees_for
from alerting.doors.rules import Cause, whose_door
from alerting.doors.tasks import Door, assign
from alerting.ledger.alerts import StoredAlert, stored
from alerting.ledger.writer import Transaction
from alerting.neighbours.ask import ask_neighbours
from alerting.policy.escalation import Due, DueReason, Step, advance, due, household_ladder
from alerting.policy.sections import Channel, HouseholdAction
from alerting.reminders.remind import named, remind
from alerting.roll.entries import RollEntry
from alerting.roll.escalation import advance_ladders, due_beside, households_due
from alerting.roll.rules.follow_up import FollowUp, follow_up_reason
from alerting.roll.rules.standing import Standing

_AT_ONCE: Final = 300

_CHANNELS: Final = {HouseholdAction.SMS: Channel.SMS, HouseholdAction.VOICE: Channel.VOICE}

_ASKING: Final = (*_CHANNELS, HouseholdAction.NEIGHBOUR)

_CAUSES: Final = {
    FollowUp.HELP: Cause.HELP,
    FollowUp.REFUSES: Cause.REFUSES,
    FollowUp.SILENT: Cause.SILENT,
}


@dataclass(frozen=True)
class _Followed:
    """A household with at least one due step of its ladder."""

    entry: RollEntry
    ladder: Sequence[Step[HouseholdAction]]
    due: Sequence[Due[HouseholdAction]]

    @property
    def performed(self) -> list[Step[HouseholdAction]]:
        return [one.step for one in self.due if one.perform]


def follow_households(transaction: Transaction, now: datetime, at_once: int = _AT_ONCE) -> int:
    """Perform the due ladder steps of about `at_once` silent households; return how many."""
    connection = transaction.connection
    held = sorted({entry.alert for entry in households_due(connection, now, at_once)})
    if not held:
        return 0
    transaction.lock(held)
    # Read again, because a household may have answered before the lock was acquired.
    silent_now = households_due(connection, now, at_once)
    entries = [entry for entry in silent_now if entry.alert in held]
    by_alert = sorted(entries, key=lambda entry: entry.alert)
    for alert, of_alert in groupby(by_alert, key=lambda entry: entry.alert):
        silent = list(of_alert)
        if len(silent_now) == at_once:
            # Add the other due households of the same neighbours, so that one text asks a
            # neighbour about all of them.
            silent += due_beside(connection, alert, [entry.household for entry in silent], now)
        _follow(transaction, stored(connection, alert), silent, now)
    return len(entries)


def _follow(
    transaction: Transaction, alert: StoredAlert, silent: Sequence[RollEntry], now: datetime
) -> None:
    connection = transaction.connection
    no_more = need_no_more(connection, alert.id, [entry.household for entry in silent])
    rules = transaction.policy.household
    ladders = {v: household_ladder(rules, vulnerable=v) for v in (False, True)}
    followed = [
        _look_at(ladders[bool(e.vulnerable)], alert, e, no_more.get(e.household, {}), now)
        for e in silent
    ]
    for action, channel in _CHANNELS.items():
        unheard = [one.entry for one in followed if any(s.do is action for s in one.performed)]
        if unheard:
            remind(transaction, alert, channel, named(unheard), now)
    ask_neighbours(transaction, alert, _to_ask_about(followed), now)
    lines = assignees_for(connection, silent, now)
    assign(transaction, [door for one in followed for door in _doors(one, lines)], now)
    advance_ladders(
        connection,
        [
            (
                one.entry,
                advance(
                    one.ladder,
                    one.entry.position.silent_since,
                    one.entry.position.steps_done + len(one.due),
                ),
            )
            for one in followed
        ],
    )


def _to_ask_about(followed: Sequence[_Followed]) -> list[RollEntry]:
    """Return the households about which a neighbour must be asked now."""
    return [
        one.entry
        for one in followed
        if any(step.do is HouseholdAction.NEIGHBOUR for step in one.performed)
    ]


StepsNotNeeded = dict[HouseholdAction, DueReason]
"""The ladder steps to skip for a household now, with the reason for each."""


def _look_at(
    ladder: Sequence[Step[HouseholdAction]],
    alert: StoredAlert,
    entry: RollEntry,
    no_more: StepsNotNeeded,
    now: datetime,
) -> _Followed:
    passed_over = dict(no_more)
    if entry.standing.standing is not Standing.UNACCOUNTED:
        # The household has answered, so it gets a visit but no further text or call.
        passed_over = dict.fromkeys(_ASKING, DueReason.HEARD_ALREADY)
    if not alert.is_sending(now):
        # An expired alert sends nothing more, but officers still visit its households.
        passed_over = dict.fromkeys(_ASKING, DueReason.ALERT_HAS_EXPIRED)
    if not entry.reachable:
        # No text reaches the household, but a question may reach its neighbour.
        passed_over |= dict.fromkeys(_CHANNELS, DueReason.CANNOT_BE_REACHED)
    return _Followed(entry, ladder, due(ladder, entry.position, now, passed_over))


def _doors(one: _Followed, lines: dict[str, Assignees]) -> list[Door]:
    line = lines[one.entry.household]
    return [
        Door(
            one.entry.alert,
            one.entry.household,
            one.entry.division,
            whose_door(
                step,
                grid_officer=line.grid_officer,
                deputies=line.deputies,
                duty_officers_above=line.above,
            ).officer,
            _cause(one.entry),
            one.entry.position.silent_since + step.after,
        )
        for step in one.performed
        if step.do.is_door
    ]


def _cause(entry: RollEntry) -> Cause:
    reason = follow_up_reason(entry.standing)
    if reason is FollowUp.SILENT and not entry.reachable:
        return Cause.CANNOT_BE_REACHED
    return _CAUSES[reason]


# While a text or a call is queued, the household needs no second one. After it has heard a call to
# the end, it needs no further call.
_NO_MORE: Final = {
    (Channel.SMS, DeliveryState.QUEUED): DueReason.EARLIER_TRY_STILL_WAITS,
    (Channel.VOICE, DeliveryState.QUEUED): DueReason.EARLIER_TRY_STILL_WAITS,
    (Channel.VOICE, DeliveryState.DELIVERED): DueReason.HEARD_ALREADY,
}

_ACTIONS: Final = {Channel.SMS: HouseholdAction.SMS, Channel.VOICE: HouseholdAction.VOICE}


def need_no_more(
    connection: Connection, alert: int, households: Collection[str]
) -> dict[str, StepsNotNeeded]:
    """Return the ladder steps to skip now because of earlier deliveries, by household."""
    rows = connection.execute(
        select(deliveries.c.recipient, deliveries.c.channel, deliveries.c.state).where(
            deliveries.c.alert == alert,
            deliveries.c.recipient.in_(sorted(households)),
            deliveries.c.state.in_([DeliveryState.QUEUED, DeliveryState.DELIVERED]),
        )
    )
    found: dict[str, StepsNotNeeded] = defaultdict(dict)
    for row in rows:
        channel = Channel(row.channel)
        if reason := _NO_MORE.get((channel, DeliveryState(row.state))):
            found[row.recipient][_ACTIONS[channel]] = reason
    return found
