"""The next steps on an alert, computed from facts that are read in one transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from alerting.access.scope import alert_for
from alerting.approvals.rules import ApprovalState
from alerting.approvals.store import approvals_of, decides
from alerting.board.rules import NextStep, Situation, Somebody, next_steps
from alerting.dark_villages.store import dark_in
from alerting.deliveries.providers import all_healths
from alerting.deliveries.rules.providers import Condition
from alerting.doors.listing import DoorCount, count_doors, on_the_way
from alerting.doors.rules import PENDING, TaskState
from alerting.help_cases.store import cases_in
from alerting.officer_calls.listing import calls_within
from alerting.officer_calls.rules import CallState
from alerting.policy.escalation import first_reminder_after
from alerting.policy.policy import Policy
from alerting.roll.checks import checks_owed
from alerting.roll.tallies import tally_of
from contacts.directory import Officer, officers_named


@dataclass(frozen=True)
class NextSteps:
    """The next steps, most urgent first, as of the alert's log entry `seq`."""

    seq: int
    steps: list[NextStep]


def next_steps_for(
    connection: Connection, alert_id: int, caller: Officer, policy: Policy, now: datetime
) -> NextSteps:
    """Return the next steps on an alert in the caller's division.

    Raises:
        NotFoundError: if the alert does not touch the caller's division.
    """
    alert = alert_for(connection, alert_id, caller)
    home = caller.division
    doors = count_doors(connection, alert_id, home)
    healths = all_healths(connection)
    reminds_at = alert.sent + first_reminder_after(policy.household)
    situation = Situation(
        state=alert.state,
        role=caller.role,
        tally=tally_of(connection, alert_id, home),
        checks=checks_owed(connection, alert_id, home, policy.closing),
        help_unattended=_unattended(connection, alert_id, home),
        open_doors=_open_doors(connection, doors),
        own_doors=sum(
            each.count for each in doors if each.officer == caller.id and each.state in PENDING
        ),
        not_woken=_not_woken(connection, alert_id, home, policy),
        dark=_dark(connection, alert_id, home),
        decides_by=[
            each.passes_at
            for each in approvals_of(connection, alert_id)
            if each.state is ApprovalState.WAITING and decides(caller, each.divisions)
        ],
        providers_down=[
            name for name, health in healths.items() if health.condition is Condition.DOWN
        ],
        reminds_at=reminds_at if now < reminds_at else None,
    )
    return NextSteps(alert.last_seq, next_steps(situation))


def _unattended(connection: Connection, alert: int, home: str) -> list[str]:
    """Return the codes of households whose call for help nobody attends to, oldest call first."""
    attended = on_the_way(connection, alert, home)
    cases = cases_in(connection, alert, home)
    return [each.household for each in cases if each.is_open and each.household not in attended]


def _open_doors(connection: Connection, doors: Sequence[DoorCount]) -> list[tuple[Somebody, int]]:
    counted: Counter[str] = Counter()
    for each in doors:
        if each.state is TaskState.OPEN:
            counted[each.officer or ""] += each.count
    known = officers_named(connection, counted.keys())
    return [
        (_somebody(known[id_]) if id_ in known else Somebody(id_), count)
        for id_, count in sorted(counted.items())
    ]


def _somebody(officer: Officer) -> Somebody:
    phone = officer.phones[0] if officer.phones else None
    return Somebody(officer.id, officer.name, officer.division, phone)


def _not_woken(connection: Connection, alert: int, home: str, policy: Policy) -> list[Somebody]:
    return [
        Somebody(each.officer, each.name, each.division, each.phone)
        for each in calls_within(connection, alert, home, policy.officer)
        if each.state is CallState.NOT_WOKEN
    ]


def _dark(connection: Connection, alert: int, home: str) -> list[tuple[str, int]]:
    villages = [each.division for each in dark_in(connection, alert, home)]
    return [(each, tally_of(connection, alert, each).people_unaccounted) for each in villages]
