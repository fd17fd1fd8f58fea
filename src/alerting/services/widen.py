"""Widening an open alert: more divisions are called, or asked for; nobody is called twice."""

from dataclasses import dataclass

from alerting.core.approval import ASKING
from alerting.core.authority import Act
from alerting.core.cap import Area
from alerting.core.errors import ConflictError
from alerting.core.lifecycle import AlertState
from alerting.services.desk import Desk
from alerting.storage.alerts import StoredAlert, stored
from alerting.storage.approvals import Approval, waiting_of
from alerting.storage.audience import resolve
from alerting.storage.authorised import alert_for, check_places
from alerting.storage.fan_out import Reached
from alerting.storage.ledger import Transaction
from alerting.storage.widening import widen_as_far_as
from contacts.directory import Officer


@dataclass(frozen=True)
class Widened:
    """An alert with its new area, who joined its roll, and what waits."""

    alert: StoredAlert
    reached: Reached | None
    """None where nothing of the area could be reached at once."""
    waits: tuple[Approval, ...]
    """What of the alert waits for an officer's word."""


async def widen(desk: Desk, caller: Officer, alert_id: int, area: Area) -> Widened:
    """Add an area to an open alert; return once it is committed.

    An informant or grid officer asks: what lies beyond their own village waits for an officer's
    word, and asked for twice it waits once.

    Raises:
        NotFoundError: if there is no such alert within the caller's divisions.
        ForbiddenError, InvalidError: if the caller may not widen it to there.
        ConflictError: if the alert is not open, or has expired.
    """
    now = desk.clock.now()

    def unit(transaction: Transaction) -> Widened:
        connection = transaction.connection
        transaction.lock([alert_id])
        alert = alert_for(connection, alert_id, caller)
        expected = resolve(connection, area)
        if caller.role not in ASKING:
            check_places(caller, Act.WIDEN, expected.divisions, "area")
        if alert.state is not AlertState.OPEN or alert.expires <= now:
            raise ConflictError(f"alert {alert_id} is no longer open; raise a new one")
        reached = widen_as_far_as(transaction, alert, expected, caller, now)
        return Widened(stored(connection, alert_id), reached, waiting_of(connection, alert_id))

    return await desk.ledger.write(unit)
