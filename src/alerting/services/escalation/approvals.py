"""Areas that wait for an officer's word, passed to the next tier; the clock approves nothing."""

from datetime import datetime
from typing import Final

from alerting.core.approval import ApprovalState, LapseReason
from alerting.core.lifecycle import AlertState
from alerting.storage.alerts import stored
from alerting.storage.approval_requests import pass_on
from alerting.storage.approvals import Approval, find_approval, settle, timed
from alerting.storage.ledger import Transaction

_AT_ONCE: Final = 200


def pass_approvals_on(transaction: Transaction, now: datetime) -> int:
    """Ask the next tier where one kept silent for its time; return how many approvals moved.

    What waits for an alert that is no longer open, or has expired, lapses.
    """
    found = timed(transaction.connection, now, _AT_ONCE)
    transaction.lock(sorted({alert for alert, _ in found}))
    # Read again: who held the alert until now may have decided.
    waiting = [find_approval(transaction.connection, approval) for _, approval in found]
    still = [each for each in waiting if each and each.state is ApprovalState.WAITING]
    for approval in still:
        _move(transaction, approval, now)
    return len(still)


def _move(transaction: Transaction, approval: Approval, now: datetime) -> None:
    alert = stored(transaction.connection, approval.alert)
    if alert.state is AlertState.OPEN and alert.expires > now:
        pass_on(transaction, alert, approval, now)
    else:
        reason = LapseReason.ALERT_NOT_OPEN
        settle(transaction, approval, ApprovalState.LAPSED, now, reason=reason)
