"""Reopen closed alerts that are no longer zero-unaccounted, and inform the deciding officers."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from alerting.access.rules import Act, Ruling, rule
from alerting.cap.lifecycle import Action, AlertState, transition
from alerting.deliveries.outbox import Plan
from alerting.deliveries.plan import notify_officers
from alerting.deliveries.texts import wording_of
from alerting.ledger.alerts import StoredAlert, set_state, stored
from alerting.ledger.events.alerts import AlertReopened
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextFacts, TextKind
from alerting.messages.wording import Readers
from alerting.roll.accounts import Account
from alerting.roll.rules.standing import HouseholdStanding, Standing
from alerting.roll.rules.tally import Checks, Tally, is_clear
from alerting.roll.tallies import EVERYWHERE, tally_of
from alerting.roll_calls.store import people_no_longer_waited_for, schedule
from contacts.directory import Officer, called_first
from contacts.duty.officers import officers_on_duty


def reopen(
    transaction: Transaction, changed: Sequence[tuple[Account, HouseholdStanding]], now: datetime
) -> None:
    """Reopen closed alerts in which somebody is now unaccounted or needs help.

    Call this before the stored tallies change: the function adds the changes to the old tallies.
    Cancelled and cleared alerts stay as they are.
    """
    for alert in _closed(transaction, {e.alert for e, standing in changed if _is_sought(standing)}):
        tally = tally_of(transaction.connection, alert.id, EVERYWHERE)
        for entry, standing in changed:
            if entry.alert == alert.id:
                tally += Tally.change(entry.standing, standing)
        _reopen(transaction, alert, tally, now)


def _is_sought(standing: HouseholdStanding) -> bool:
    return bool(standing.people.unaccounted) or standing.standing is Standing.NEEDS_HELP


def _closed(transaction: Transaction, alert_ids: Collection[int]) -> list[StoredAlert]:
    if not alert_ids:
        return []
    closed = transaction.connection.execute(
        select(alerts.c.id)
        .where(alerts.c.id.in_(sorted(alert_ids)), alerts.c.state == AlertState.CLOSED)
        .order_by(alerts.c.id)
    ).scalars()
    return [stored(transaction.connection, alert) for alert in closed.all()]


def _reopen(transaction: Transaction, alert: StoredAlert, tally: Tally, now: datetime) -> None:
    connection = transaction.connection
    set_state(connection, alert.id, transition(alert.state, Action.REOPEN), now)
    schedule(connection, alert.id, None)
    reasons = {obstacle.reason: obstacle.number for obstacle in is_clear(tally, Checks())}
    seq = transaction.append(alert.id, AlertReopened(reasons=reasons), now)
    # A roll-call records silent households in batches; add the people not recorded yet.
    silent = people_no_longer_waited_for(connection, alert.id, now)
    count = tally.people_unaccounted + tally.people_needs_help + silent
    wording = wording_of(connection, transaction.policy, alert)

    def facts_in(language: str) -> TextFacts:
        return wording.facts(Readers(language)).model_copy(update={"count": count})

    plan = Plan(alert.id, seq, due_at=now, expires_at=now + transaction.policy.alert.validity)
    who = _who_decide(connection, alert.divisions, now)
    notify_officers(transaction, plan, TextKind.REOPENED, facts_in, who)


def _who_decide(connection: Connection, divisions: Sequence[str], now: datetime) -> list[Officer]:
    """Return the officers on duty who may close the alert in one of its divisions.

    A deputy is left out if their principal is among them.
    """
    deciding = [
        officer
        for officer in officers_on_duty(connection, divisions, now)
        if any(
            rule(officer.role, officer.division, Act.CLOSE, division) is Ruling.ALLOWED
            for division in divisions
        )
    ]
    return called_first(deciding)
