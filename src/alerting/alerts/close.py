"""End alerts: let them expire, close them at zero unaccounted, and give the all-clear."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select

from alerting.access.command import Command, carry_out
from alerting.access.rules import Act
from alerting.cap.lifecycle import Action, AlertState, transition
from alerting.cap.message import Step
from alerting.cap_messages.issue import issue
from alerting.deliveries.corrections import Owed, owe_ending, withdraw
from alerting.deliveries.outbox import Plan
from alerting.deliveries.texts import wording_at
from alerting.doors.tasks import drop_tasks
from alerting.errors import ConflictError
from alerting.ledger.alerts import StoredAlert, set_state, stored
from alerting.ledger.events.alerts import AlertAllClear, AlertClosed, AlertExpired
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextKind
from alerting.messages.wording import Readers, Wording, homes_of
from alerting.officer_calls.calls import stand_down_officers
from alerting.roll.checks import checks_owed
from alerting.roll.escalation import stand_down
from alerting.roll.rules.tally import NotClear, Obstacle, is_clear
from alerting.roll.tallies import EVERYWHERE, tally_of
from alerting.roll_calls.store import is_running, schedule, stop_roll_calls
from alerting.runtime import Runtime
from contacts.directory import Officer


@dataclass(frozen=True)
class Cleared:
    """An alert after its all-clear, and the count of all-clear texts to send."""

    alert: StoredAlert
    owed: Owed


def end_alert(transaction: Transaction, alert: StoredAlert, action: Action, now: datetime) -> None:
    """End an alert by cancellation or all-clear: stop its texts, calls, door tasks and roll-calls.

    A close does not end an alert, because its roll-calls go on. Expiry does not end it either: no
    texts are sent any more, but the search for people goes on.

    Raises:
        IllegalTransitionError: if the alert's state does not allow the action.
    """
    connection = transaction.connection
    state = transition(alert.state, action)
    withdraw(connection, alert.id, now)
    stand_down(connection, alert.id)
    stand_down_officers(connection, alert.id)
    drop_tasks(connection, alert.id, now)
    stop_roll_calls(connection, alert.id, now)
    set_state(connection, alert.id, state, now)


async def give_all_clear(runtime: Runtime, caller: Officer, alert_id: int) -> Cleared:
    """Give the all-clear for a closed alert; return after the commit.

    Raises:
        NotFoundError: if the alert is not within the caller's divisions.
        ForbiddenError: if the caller may not give the all-clear there.
        IllegalTransitionError: if the alert is not closed.
    """
    return await carry_out(runtime, caller, alert_id, _give_all_clear, on_whole_area=Act.ALL_CLEAR)


def _give_all_clear(command: Command) -> Cleared:
    alert, policy = command.alert, command.transaction.policy
    end_alert(command.transaction, alert, Action.ALL_CLEAR, command.now)
    seq = command.append(AlertAllClear(), subject=command.caller.id)
    plan = Plan(alert.id, seq, due_at=command.now, expires_at=command.now + policy.alert.validity)

    def wording_for(readers: Collection[Readers]) -> Wording:
        area, homes = alert.divisions, homes_of(readers)
        return wording_at(command.connection, policy, alert.request, area, command.now, homes)

    owed = owe_ending(command.transaction, plan, TextKind.ALL_CLEAR, wording_for)
    issue(command.transaction, alert.id, seq, Step.ALL_CLEAR, command.now, plan.expires_at)
    return Cleared(stored(command.connection, alert.id), owed)


_SAID = {
    NotClear.NOBODY_ON_ROLL: "nobody is on the roll",
    NotClear.PEOPLE_UNACCOUNTED: "{} people are unaccounted",
    NotClear.HELP_OPEN: "{} calls for help are open",
    NotClear.NOBODY_SPOKE_TO_THEM: "no officer has spoken to {} households that stay",
    NotClear.HIGH_RISK_UNVERIFIED: (
        "{} households at high risk are out or away only by their own or a neighbour's word: visit "
        "or telephone each, and report it"
    ),
    NotClear.TOO_FEW_VERIFIED: "{} more households have to be visited or telephoned by an officer",
}

_TO_VERIFY: Final = frozenset({NotClear.HIGH_RISK_UNVERIFIED, NotClear.TOO_FEW_VERIFIED})


async def close(runtime: Runtime, caller: Officer, alert_id: int) -> AlertState:
    """Close an alert; return its new state.

    Raises:
        NotFoundError: if the alert is not within the caller's divisions.
        ForbiddenError: if the caller may not close alerts there.
        IllegalTransitionError: if the alert is not open.
        ConflictError: if the area is not zero-unaccounted, or too few households are verified;
            the error lists every reason.
    """
    return await carry_out(runtime, caller, alert_id, _close, on_whole_area=Act.CLOSE)


def _close(command: Command) -> AlertState:
    connection, alert = command.connection, command.alert
    state = transition(alert.state, Action.CLOSE)
    checks = checks_owed(connection, alert.id, EVERYWHERE, command.transaction.policy.closing)
    obstacles = is_clear(tally_of(connection, alert.id, EVERYWHERE), checks)
    if obstacles:
        reasons = tuple(_say(obstacle) for obstacle in obstacles)
        is_checked = any(each.reason not in _TO_VERIFY for each in obstacles)
        said = "is not zero-unaccounted" if is_checked else "has too few verified households"
        raise ConflictError(
            f"The area {said}",
            reasons,
            chinese="范围内尚未清零：还有人未落实、求助未了结，或其他原因",
        )
    set_state(connection, alert.id, state, command.now)
    # A running roll-call schedules the next one when it ends; an empty roll needs none.
    if not (checks.nobody_expected or is_running(connection, alert.id)):
        schedule(connection, alert.id, command.now + command.transaction.policy.roll_call.interval)
    command.append(AlertClosed(), subject=command.caller.id)
    return state


def _say(obstacle: Obstacle) -> str:
    return _SAID[obstacle.reason].format(obstacle.number)


_AT_ONCE: Final = 100


def expire_alerts(transaction: Transaction, now: datetime) -> int:
    """Expire a batch of open alerts whose validity has ended; return how many expired."""
    connection = transaction.connection
    found = open_beyond_validity(connection, now, _AT_ONCE)
    transaction.lock(found)
    # Query again: an alert may have been closed or extended before the lock was taken.
    due = sorted(set(found) & set(open_beyond_validity(connection, now, _AT_ONCE)))
    for alert in due:
        set_state(connection, alert, transition(AlertState.OPEN, Action.EXPIRE), now)
        tally = tally_of(connection, alert, EVERYWHERE)
        expired = AlertExpired(
            people_unaccounted=tally.people_unaccounted,
            households_needing_help=tally.households_needs_help,
        )
        transaction.append(alert, expired, now)
    return len(due)


_EXPIRED: Final = (
    select(alerts.c.id)
    .where(alerts.c.state == AlertState.OPEN, alerts.c.expires <= bindparam("by_then"))
    .order_by(alerts.c.id)
    .limit(bindparam("most"))
)


def open_beyond_validity(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Return the ids of up to `limit` open alerts whose expiry is not after `now`."""
    return list(connection.execute(_EXPIRED, {"by_then": now, "most": limit}).scalars())
