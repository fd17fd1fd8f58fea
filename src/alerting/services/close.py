"""Closing an alert: only when nobody is unaccounted and no call for help is open."""

from alerting.core.authority import Act
from alerting.core.errors import ConflictError
from alerting.core.lifecycle import Action, AlertState, transition
from alerting.core.tally import NotClear, Obstacle, is_clear
from alerting.services.desk import Desk
from alerting.storage.alerts import set_state
from alerting.storage.authorised import alert_to
from alerting.storage.ledger import Transaction
from alerting.storage.roll import count_unspoken
from alerting.storage.roll_calls import is_running, schedule
from alerting.storage.tallies import EVERYWHERE, tally_of
from contacts.directory import Officer

_SAID = {
    NotClear.NOBODY_ON_ROLL: "nobody is on the roll",
    NotClear.PEOPLE_UNACCOUNTED: "{} people are unaccounted",
    NotClear.HELP_OPEN: "{} calls for help are open",
    NotClear.NOBODY_SPOKE_TO_THEM: "no officer has spoken to {} households that stay",
}
CLOSED = "alert.closed"


async def close(desk: Desk, caller: Officer, alert_id: int) -> AlertState:
    """Close an alert and return its new state.

    Raises:
        NotFoundError: if there is no such alert within the caller's divisions.
        ForbiddenError: if the caller may not close alerts there.
        IllegalTransitionError: if it is not open.
        ConflictError: with every reason why its area is not zero-unaccounted.
    """
    now = desk.clock.now()

    def unit(transaction: Transaction) -> AlertState:
        transaction.lock([alert_id])
        alert = alert_to(transaction.connection, alert_id, caller, Act.CLOSE)
        state = transition(alert.state, Action.CLOSE)
        unspoken = count_unspoken(transaction.connection, alert.id, EVERYWHERE)
        obstacles = is_clear(tally_of(transaction.connection, alert.id, EVERYWHERE), unspoken)
        if obstacles:
            reasons = tuple(_say(obstacle) for obstacle in obstacles)
            raise ConflictError("The area is not zero-unaccounted", reasons)
        set_state(transaction.connection, alert.id, state)
        # While one runs its end says when the next is called.
        if not is_running(transaction.connection, alert.id):
            following = now + transaction.policy.roll_call.interval
            schedule(transaction.connection, alert.id, following)
        transaction.append(alert.id, CLOSED, now, subject=caller.id)
        return state

    return await desk.ledger.write(unit)


def _say(obstacle: Obstacle) -> str:
    return _SAID[obstacle.reason].format(obstacle.number)
