"""Records confirmations of officer calls (叫应) by any channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, insert, select, tuple_

from alerting.access.command import Command, carry_out
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.officers import OfficerConfirmed
from alerting.ledger.writer import Transaction
from alerting.officer_calls.calls import end_calls
from alerting.officer_calls.tables import confirmations
from alerting.runtime import Runtime
from contacts.directory import Officer


async def confirm_call(runtime: Runtime, caller: Officer, alert_id: int) -> None:
    """Record that the caller has heard the officer call; an earlier confirmation is kept.

    Raises:
        NotFoundError: if the alert is not within the caller's divisions.
    """
    await carry_out(runtime, caller, alert_id, _confirm_here)


def _confirm_here(command: Command) -> None:
    caller = command.caller
    called = CalledOfficer(command.alert.id, caller.id, caller.division)
    confirm(command.transaction, [called], "web", command.now)


@dataclass(frozen=True)
class CalledOfficer:
    """An officer, and the open alert whose call they confirm."""

    alert: int
    officer: str
    division: str


def confirm(
    transaction: Transaction, officers: Sequence[CalledOfficer], channel: str, now: datetime
) -> None:
    """Record that officers heard the call, and end their ladders.

    An earlier confirmation is kept, unless it was only implied because the officer raised the
    alert; an explicit confirmation replaces an implied one.
    """
    if not officers:
        return
    transaction.lock([officer.alert for officer in officers])
    wanted = {(officer.alert, officer.officer): officer for officer in officers}
    known = transaction.connection.execute(_KNOWN, {"keys": list(wanted)}).all()
    for row in known:
        if row.channel != EventKind.ALERT_RAISED:
            del wanted[row.alert, row.officer]
    if not wanted:
        return
    end_calls(transaction.connection, wanted, now)
    if known:
        transaction.connection.execute(_FORGET, {"keys": list(wanted)})
    rows = [
        {
            "alert": officer.alert,
            "officer": officer.officer,
            "given_at": now,
            "channel": channel,
            "seq": transaction.append(
                officer.alert,
                OfficerConfirmed(channel=channel),
                now,
                division=officer.division,
                subject=officer.officer,
            ),
        }
        for officer in wanted.values()
    ]
    transaction.connection.execute(insert(confirmations), rows)


_OF_THESE: Final = tuple_(confirmations.c.alert, confirmations.c.officer).in_(
    bindparam("keys", expanding=True)
)

_KNOWN: Final = select(*confirmations.c["alert", "officer", "channel"]).where(_OF_THESE)

_FORGET: Final = delete(confirmations).where(_OF_THESE)
