"""Widening an open alert: more divisions are called, nobody is called twice."""

from dataclasses import dataclass

from alerting.core.authority import Act
from alerting.core.cap import Area
from alerting.core.errors import ConflictError
from alerting.core.lifecycle import AlertState
from alerting.core.wording import Wording
from alerting.services.desk import Desk
from alerting.storage.alerts import StoredAlert, stored
from alerting.storage.audience import place_name, resolve
from alerting.storage.authorised import alert_for, check_places
from alerting.storage.fan_out import Reach, Reached, reach
from alerting.storage.ledger import Transaction
from contacts.directory import Officer

WIDENED = "alert.widened"


@dataclass(frozen=True)
class Widened:
    """An alert with its new area, and who joined its roll."""

    alert: StoredAlert
    reached: Reached


async def widen(desk: Desk, caller: Officer, alert_id: int, area: Area) -> Widened:
    """Add an area to an open alert; return once it is committed.

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
        check_places(caller, Act.WIDEN, expected.divisions, "area")
        if alert.state is not AlertState.OPEN or alert.expires <= now:
            raise ConflictError(f"alert {alert_id} is no longer open; raise a new one")
        place = place_name(connection, expected.divisions)
        wording = Wording(alert.request, place, now.astimezone(desk.policy.alert.zone))
        step = Reach(alert_id, expected, alert.request.hazard_location, now, alert.expires)
        reached = reach(transaction, step, WIDENED, caller.id, wording)
        return Widened(stored(connection, alert_id), reached)

    return await desk.ledger.write(unit)
