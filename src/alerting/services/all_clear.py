"""The all-clear: the order that permits return, told to everybody who was called out."""

from dataclasses import dataclass
from typing import Final

from alerting.core.authority import Act
from alerting.core.lifecycle import Action, transition
from alerting.core.text import TextKind
from alerting.core.wording import Wording
from alerting.services.desk import Desk
from alerting.storage.alerts import StoredAlert, set_state, stored
from alerting.storage.audience import place_name
from alerting.storage.authorised import alert_to
from alerting.storage.corrections import Owed, owe_ending, withdraw
from alerting.storage.deliveries import Plan
from alerting.storage.ladder import stand_down
from alerting.storage.ledger import Transaction
from alerting.storage.officer_calls import stand_down_officers
from alerting.storage.roll_calls import stop_roll_calls
from alerting.storage.tasks import drop_tasks
from contacts.directory import Officer

ALL_CLEAR: Final = "alert.all_clear"


@dataclass(frozen=True)
class Cleared:
    """An alert that is over, and who is owed the word."""

    alert: StoredAlert
    owed: Owed


async def give_all_clear(desk: Desk, caller: Officer, alert_id: int) -> Cleared:
    """Give the all-clear for a closed alert; return once it is committed.

    Raises:
        NotFoundError: if there is no such alert within the caller's divisions.
        ForbiddenError: if the caller may not give it there.
        IllegalTransitionError: if the alert is not closed: only through the close, which needs
            zero unaccounted, comes the order that permits return.
    """
    now = desk.clock.now()

    def unit(transaction: Transaction) -> Cleared:
        connection = transaction.connection
        transaction.lock([alert_id])
        alert = alert_to(connection, alert_id, caller, Act.ALL_CLEAR)
        state = transition(alert.state, Action.ALL_CLEAR)
        withdraw(connection, alert_id, now)
        stand_down(connection, alert_id)
        stand_down_officers(connection, alert_id)
        drop_tasks(connection, alert_id, now)
        stop_roll_calls(connection, alert_id, now)
        set_state(connection, alert_id, state)
        seq = transaction.append(alert_id, ALL_CLEAR, now, subject=caller.id)
        plan = Plan(alert_id, seq, due_at=now, expires_at=now + desk.policy.alert.validity)
        place = place_name(connection, alert.divisions)
        wording = Wording(alert.request, place, now.astimezone(desk.policy.alert.zone))
        owed = owe_ending(connection, plan, TextKind.ALL_CLEAR, wording)
        transaction.topics |= {("deliveries", division) for division in alert.divisions}
        return Cleared(stored(connection, alert_id), owed)

    return await desk.ledger.write(unit)
