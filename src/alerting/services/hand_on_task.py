"""Sending a named officer to a door, or handing one's own door on to another."""

from sqlalchemy import Connection

from alerting.core.authority import Act, Ruling, rule
from alerting.core.errors import ForbiddenError, InvalidError, NotFoundError
from alerting.core.task import Cause
from alerting.services.desk import Desk
from alerting.storage.authorised import alert_for, refusal
from alerting.storage.door_list import ListedDoor, door
from alerting.storage.ledger import Transaction
from alerting.storage.roll import entries
from alerting.storage.tasks import Door, assign, pending
from contacts.directory import Officer, officer
from contacts.division import covers


async def hand_on(
    desk: Desk, caller: Officer, alert_id: int, household: str, to: str
) -> ListedDoor:
    """Make a household's door that officer's; it passes on from whoever has it now.

    Officers hand on what is theirs; commanders and duty officers send anybody of theirs.

    Raises:
        NotFoundError: if the alert or household is not within the caller's divisions.
        ForbiddenError: if the door is not the caller's to give.
        InvalidError: if the other officer does not report on that household.
    """
    now = desk.clock.now()
    key = alert_id, household

    def unit(transaction: Transaction) -> ListedDoor:
        connection = transaction.connection
        transaction.lock([alert_id])
        alert_for(connection, alert_id, caller)
        entry = entries(connection, [key]).get(key)
        if entry is None or not covers(caller.division, household):
            raise NotFoundError(f"there is no household {household} on the roll within yours")
        task = pending(connection, [key]).get(key)
        is_own = task is not None and task.officer == caller.id
        if not is_own and rule(caller.role, caller.division, Act.SEND, household) is not (
            Ruling.ALLOWED
        ):
            raise ForbiddenError(refusal(caller, Act.SEND))
        _check_other(connection, to, household)
        due_at = task.due_at if task else now
        cause = Cause.HANDED_ON
        assign(transaction, [Door(alert_id, household, entry.division, to, cause, due_at)], now)
        handed = door(connection, pending(connection, [key])[key].id)
        if handed is None:
            raise NotFoundError(f"there is no household {household} on the roll within yours")
        return handed

    return await desk.ledger.write(unit)


def _check_other(connection: Connection, to: str, household: str) -> None:
    other = officer(connection, to)
    if other is None:
        raise InvalidError("officer", f"there is no officer {to!r}; name one of the roster")
    if rule(other.role, other.division, Act.REPORT, household) is not Ruling.ALLOWED:
        raise InvalidError(
            "officer", f"{to} does not report on {household}; name somebody who does"
        )
