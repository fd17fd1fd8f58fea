"""What a household's silence triggers: the text again, calls, and somebody at the door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from alerting.core.doors import whose_door
from alerting.core.escalation import (
    Due,
    DueReason,
    Step,
    advance,
    due,
    household_ladder,
)
from alerting.core.lifecycle import AlertState
from alerting.core.plan import Channel
from alerting.core.policy import HouseholdAction
from alerting.core.pursuit import Pursuit, pursuit
from alerting.core.standing import Standing
from alerting.core.task import Cause
from alerting.storage.alerts import StoredAlert, stored
from alerting.storage.door_line import Line, lines_for
from alerting.storage.ladder import Passed, go_on, households_due, need_no_more
from alerting.storage.ledger import Transaction
from alerting.storage.reminders import named, remind
from alerting.storage.roll import Entry
from alerting.storage.tasks import Door, assign

_AT_ONCE: Final = 300
_CHANNELS: Final = {HouseholdAction.SMS: Channel.SMS, HouseholdAction.VOICE: Channel.VOICE}
_CAUSES: Final = {
    Pursuit.HELP: Cause.HELP,
    Pursuit.REFUSES: Cause.REFUSES,
    Pursuit.SILENT: Cause.SILENT,
}


@dataclass(frozen=True)
class _Followed:
    """A household whose ladder has come to one step or more."""

    entry: Entry
    ladder: Sequence[Step[HouseholdAction]]
    due: Sequence[Due[HouseholdAction]]

    @property
    def performed(self) -> list[Step[HouseholdAction]]:
        return [one.step for one in self.due if one.perform]


def follow_households(transaction: Transaction, now: datetime) -> int:
    """Do what the silence of households has made due; return how many households that was."""
    connection = transaction.connection
    held = sorted({entry.alert for entry in households_due(connection, now, _AT_ONCE)})
    if not held:
        return 0
    transaction.lock(held)
    # One of them may have answered before the lock was had.
    silent_now = households_due(connection, now, _AT_ONCE)
    entries = [entry for entry in silent_now if entry.alert in held]
    by_alert = sorted(entries, key=lambda entry: entry.alert)
    for alert, silent in groupby(by_alert, key=lambda entry: entry.alert):
        _follow(transaction, stored(connection, alert), list(silent), now)
    return len(entries)


def _follow(
    transaction: Transaction, alert: StoredAlert, silent: Sequence[Entry], now: datetime
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
    lines = lines_for(connection, silent)
    assign(transaction, [door for one in followed for door in _doors(one, lines)], now)
    go_on(
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


def _look_at(
    ladder: Sequence[Step[HouseholdAction]],
    alert: StoredAlert,
    entry: Entry,
    no_more: Passed,
    now: datetime,
) -> _Followed:
    passed_over = dict(no_more)
    if entry.standing.standing is not Standing.UNACCOUNTED:
        # They have answered: somebody goes, and nobody asks them again as if they had not.
        passed_over = dict.fromkeys(_CHANNELS, DueReason.HEARD_ALREADY)
    if alert.state is not AlertState.OPEN or alert.expires <= now:
        # "An expired alert sends nothing more"; its people are still looked for.
        passed_over = dict.fromkeys(_CHANNELS, DueReason.ALERT_HAS_EXPIRED)
    if not entry.reachable:
        passed_over = dict.fromkeys(_CHANNELS, DueReason.CANNOT_BE_REACHED)
    return _Followed(entry, ladder, due(ladder, entry.position, now, passed_over))


def _doors(one: _Followed, lines: dict[str, Line]) -> list[Door]:
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


def _cause(entry: Entry) -> Cause:
    reason = pursuit(entry.standing)
    if reason is Pursuit.SILENT and not entry.reachable:
        return Cause.CANNOT_BE_REACHED
    return _CAUSES[reason]
