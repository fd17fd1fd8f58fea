"""End of an alert: stops its sending and all its follow-up."""

from datetime import datetime

from alerting.cap.lifecycle import Action, transition
from alerting.deliveries.corrections import withdraw
from alerting.doors.tasks import drop_tasks
from alerting.ledger.alerts import StoredAlert, set_state
from alerting.ledger.writer import Transaction
from alerting.officer_calls.calls import stand_down_officers
from alerting.roll.escalation import stand_down
from alerting.roll_calls.store import stop_roll_calls


def end_alert(transaction: Transaction, alert: StoredAlert, action: Action, now: datetime) -> None:
    """End an alert for good, by a cancellation or the all-clear.

    Closing does not end an alert: its roll-calls go on. Expiry does not end it either: it sends
    nothing more, but the search for its people goes on.

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
    set_state(connection, alert.id, state)
