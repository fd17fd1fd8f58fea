"""Run an officer's command on an alert: lock the alert, authorise the caller, run the verb."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from alerting.access.rules import Act
from alerting.access.scope import alert_for, alert_to
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.events.payload import Payload
from alerting.ledger.writer import Transaction
from alerting.runtime import Runtime
from contacts.directory import Officer

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Command:
    """The context of a command: a locked alert, its transaction, and the authorised caller."""

    transaction: Transaction
    alert: StoredAlert
    caller: Officer
    now: datetime

    @property
    def connection(self) -> Connection:
        """The database connection of the transaction."""
        return self.transaction.connection

    def append(self, payload: Payload, *, division: str = "", subject: str = "") -> int:
        """Append an event to the alert's log, dated `now`; return its sequence number."""
        return self.transaction.append(
            self.alert.id, payload, self.now, division=division, subject=subject
        )


async def carry_out(
    runtime: Runtime,
    caller: Officer,
    alert_id: int,
    verb: Callable[[Command], _Result],
    *,
    on_whole_area: Act | None = None,
    within_reach_of: Act | None = None,
) -> _Result:
    """Run `verb` in one transaction with the alert locked; return its result once committed.

    If `on_whole_area` is given, the caller must be allowed that act on the alert's whole area.
    Otherwise the alert must touch the caller's division or, if `within_reach_of` is given, the
    division in which the caller may do that act.

    Raises:
        NotFoundError: if there is no such alert for the caller.
        ForbiddenError: if the caller may not do `on_whole_area` on the whole area.
        AlertingError: if `verb` refuses; nothing is written then.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> _Result:
        if on_whole_area:
            return verb(on_whole(transaction, caller, alert_id, on_whole_area, now))
        transaction.lock([alert_id])
        alert = alert_for(transaction.connection, alert_id, caller, within_reach_of)
        return verb(Command(transaction, alert, caller, now))

    return await runtime.ledger.write(unit, own_transaction=on_whole_area is not None)


def on_whole(
    transaction: Transaction, caller: Officer, alert_id: int, act: Act, now: datetime
) -> Command:
    """Lock an alert and return a command on it, if the caller may do `act` on its whole area.

    Raises:
        NotFoundError: if there is no such alert for the caller.
        ForbiddenError: if the caller may not do `act` on the whole area.
    """
    transaction.lock([alert_id])
    alert = alert_to(transaction.connection, alert_id, caller, act)
    return Command(transaction, alert, caller, now)
