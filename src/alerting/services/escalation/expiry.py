"""An alert that has expired sends nothing more; its people are still looked for."""

from datetime import datetime
from typing import Final

from alerting.core.lifecycle import Action, AlertState, transition
from alerting.storage.alerts import set_state
from alerting.storage.expiry import open_beyond_validity
from alerting.storage.ledger import Transaction
from alerting.storage.tallies import EVERYWHERE, tally_of

EXPIRED: Final = "alert.expired"
_AT_ONCE: Final = 100


def expire_alerts(transaction: Transaction, now: datetime) -> int:
    """Let open alerts expire whose validity has ended; return how many."""
    connection = transaction.connection
    found = open_beyond_validity(connection, now, _AT_ONCE)
    transaction.lock(found)
    # One of them may have been closed, or prolonged, before the lock was had.
    due = sorted(set(found) & set(open_beyond_validity(connection, now, _AT_ONCE)))
    for alert in due:
        set_state(connection, alert, transition(AlertState.OPEN, Action.EXPIRE))
        tally = tally_of(connection, alert, EVERYWHERE)
        payload = {
            "people_unaccounted": tally.people_unaccounted,
            "households_needing_help": tally.households_needs_help,
        }
        transaction.append(alert, EXPIRED, now, payload=payload)
    return len(due)
