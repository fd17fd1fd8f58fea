"""Calling the roll at once: those already safe are asked again."""

from typing import Final

from alerting.core.authority import Act
from alerting.core.errors import ConflictError
from alerting.core.lifecycle import AlertState
from alerting.services.desk import Desk
from alerting.storage.authorised import alert_to
from alerting.storage.ledger import Transaction
from alerting.storage.roll_call_start import begin_roll_call
from alerting.storage.roll_calls import RollCall, is_running
from contacts.directory import Officer

_CALLABLE: Final = frozenset({AlertState.OPEN, AlertState.CLOSED})


async def call_roll(desk: Desk, caller: Officer, alert_id: int) -> RollCall:
    """Call the roll of an alert; return once it is committed.

    Who may close an alert may call its roll, also while others are still looked for.

    Raises:
        NotFoundError: if there is no such alert within the caller's divisions.
        ForbiddenError: if the caller may not call the roll there.
        ConflictError: if a roll-call is running, or the alert is over or has expired.
    """
    now = desk.clock.now()

    def unit(transaction: Transaction) -> RollCall:
        transaction.lock([alert_id])
        alert = alert_to(transaction.connection, alert_id, caller, Act.CLOSE)
        if alert.state not in _CALLABLE:
            raise ConflictError(f"alert {alert_id} is {alert.state}: nobody is called any more")
        if is_running(transaction.connection, alert_id):
            raise ConflictError(f"a roll-call of alert {alert_id} is running: wait for its end")
        return begin_roll_call(transaction, alert, now, caller.id)

    return await desk.ledger.write(unit)
