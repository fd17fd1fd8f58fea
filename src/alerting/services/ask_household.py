"""Asking one household once more, by text or by call, at once and on an officer's word."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from alerting.core.asking import Asking, Household, LastTry, may_ask
from alerting.core.authority import Act, Ruling, rule
from alerting.core.delivery import DeliveryState
from alerting.core.errors import ConflictError, ForbiddenError, NotFoundError
from alerting.core.plan import Channel
from alerting.services.desk import Desk
from alerting.storage.alerts import StoredAlert
from alerting.storage.authorised import alert_for, refusal
from alerting.storage.ledger import Transaction
from alerting.storage.reminders import named, say_again
from alerting.storage.roll import Entry, entries
from alerting.storage.tries import ASKED, last_tries
from contacts.directory import Officer
from contacts.directory import household as on_roster

_SAID: Final = {
    Asking.ALERT_NOT_OPEN: "the alert is not open: it sends nothing more",
    Asking.ALERT_HAS_EXPIRED: "the alert has expired: it sends nothing more",
    Asking.ACCOUNTED_ALREADY: "everybody of this household is accounted for",
    Asking.NO_PHONE: "the roster has no phone of this household: send somebody to the door",
    Asking.CANNOT_BE_REACHED: "no text reaches this household: call, or send somebody to the door",
    Asking.UNDER_WAY: "it is being asked already: wait for the answer",
}


async def ask_household(
    desk: Desk, caller: Officer, alert_id: int, household: str, channel: Channel
) -> LastTry:
    """Owe a household the alert once more, as a text or a recorded call; return what is owed.

    Raises:
        NotFoundError: if the alert or household is not within the caller's divisions.
        ForbiddenError: if the caller's role sends nothing again.
        ConflictError: if it is not asked now; its reason is an `alerting.core.asking.Asking`.
    """
    now = desk.clock.now()

    def unit(transaction: Transaction) -> LastTry:
        connection = transaction.connection
        transaction.lock([alert_id])
        alert = alert_for(connection, alert_id, caller)
        entry = _entry(connection, caller, alert_id, household)
        _check(transaction, alert, entry, channel, now)
        payload = {"channel": channel, "by": caller.id}
        place = entry.division
        seq = transaction.append(
            alert_id, ASKED, now, division=place, subject=household, payload=payload
        )
        say_again(transaction, alert, channel, named([entry]), seq, now)
        return LastTry(channel, now, DeliveryState.QUEUED, caller.id)

    return await desk.ledger.write(unit)


def _entry(connection: Connection, caller: Officer, alert_id: int, household: str) -> Entry:
    ruling = rule(caller.role, caller.division, Act.REMIND, household)
    if ruling is Ruling.NOT_THIS_ROLE:
        raise ForbiddenError(refusal(caller, Act.REMIND))
    key = alert_id, household
    entry = entries(connection, [key]).get(key)
    if entry is None or ruling is Ruling.NOT_THIS_PLACE:
        raise NotFoundError(f"there is no household {household} on the roll within yours")
    return entry


def _check(
    transaction: Transaction, alert: StoredAlert, entry: Entry, channel: Channel, now: datetime
) -> None:
    connection = transaction.connection
    listed = on_roster(connection, entry.household)
    home = Household(
        entry.standing.standing, has_phone=bool(listed and listed.phones), reachable=entry.reachable
    )
    last = last_tries(connection, alert.id, entry.household).get(channel)
    spacing = transaction.policy.household.voice.spacing
    asking = may_ask((alert.state, alert.expires), home, channel, last, spacing, now)
    if asking is not Asking.ALLOWED:
        raise ConflictError(_SAID[asking], (asking,))
