"""Start and end roll-calls; a household that misses a roll-call is unaccounted again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.ledger.alerts import stored
from alerting.ledger.writer import Transaction
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll_calls.begin import begin_roll_call
from alerting.roll_calls.store import RollCall, alerts_due, ending, finish, silent

_AT_ONCE: Final = 300

_BY: Final = "roll-call"

_CHANNEL: Final = "roll_call"


def call_rolls(transaction: Transaction, now: datetime) -> int:
    """Start the roll-calls that are due for closed alerts; return their number."""
    connection = transaction.connection
    found = alerts_due(connection, now)
    transaction.lock(found)
    # Read again, because another process may have started a roll-call before the lock was acquired.
    due = sorted(set(found) & set(alerts_due(connection, now))) if found else []
    for alert in due:
        begin_roll_call(transaction, stored(connection, alert), now, None)
    return len(due)


def end_rolls(transaction: Transaction, now: datetime) -> int:
    """End roll-calls whose time for answers is over, and record the households that missed them.

    Each call handles at most 300 households for each roll-call. Return the number of roll-calls
    and households handled, or 0 if nothing is left.
    """
    connection = transaction.connection
    found = {call.alert for call in ending(connection, now)}
    transaction.lock(sorted(found))
    due = [call for call in ending(connection, now) if call.alert in found] if found else []
    return sum(_end(transaction, call, now) for call in due)


def _end(transaction: Transaction, call: RollCall, now: datetime) -> int:
    missing = silent(transaction.connection, call, _AT_ONCE)
    if missing:
        record_evidence(transaction, _missed(call, missing, now))
    if len(missing) < _AT_ONCE:
        finish(transaction, call, now)
    return 1 + len(missing)


def _missed(call: RollCall, households: Sequence[str], now: datetime) -> list[NewEvidence]:
    return [
        NewEvidence(
            alert=call.alert,
            household=household,
            given_at=call.ends_at,
            recorded_at=now,
            rung=Rung.OWN,
            given_by=_BY,
            report=Report.MISSED_ROLL_CALL,
            people=None,
            channel=_CHANNEL,
            source=f"{_BY}/{call.alert}/{call.number}/{household}",
            since=call.called_at,
        )
        for household in households
    ]
