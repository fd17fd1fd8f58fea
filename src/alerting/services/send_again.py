"""Sending an alert again to those who are silent: by an officer's word, whatever the ladder."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from alerting.core.authority import Act
from alerting.core.errors import ConflictError, InvalidError
from alerting.core.lifecycle import AlertState
from alerting.core.plan import Channel
from alerting.services.desk import Desk
from alerting.storage.alerts import StoredAlert
from alerting.storage.authorised import alert_for, check_places
from alerting.storage.ledger import Transaction
from alerting.storage.queue import queue_of
from alerting.storage.reminders import Order, counted_before, remind, wording_of
from alerting.storage.silent import Silent, silent_in
from contacts.directory import Officer
from contacts.division import covers


@dataclass(frozen=True)
class Counted:
    """Whom a reminder is, or would be, owed to; `people` are those unaccounted among them."""

    households: int
    people: int
    segments: int
    waiting: int
    """Silent households left out: a text waits for them already."""
    unreachable: int
    """Silent households left out: no text reaches them."""


@dataclass(frozen=True)
class SentAgain:
    """What was counted, and when the last of all that waits leaves."""

    counted: Counted
    finish: datetime


async def preview_again(desk: Desk, caller: Officer, alert_id: int, division: str) -> SentAgain:
    """Count whom `send_again` would reach now; nothing is sent.

    Raises:
        NotFoundError, ForbiddenError, InvalidError, ConflictError: as for sending.
    """
    now = desk.clock.now()

    def look(connection: Connection) -> SentAgain:
        alert = _sendable(connection, caller, alert_id, division, now)
        counted, _ = _count(desk, connection, alert, division)
        return SentAgain(counted, _finish(desk, connection, alert_id, counted.segments, now))

    return await desk.database.read(look)


async def send_again(
    desk: Desk, caller: Officer, alert_id: int, division: str, key: str | None
) -> SentAgain:
    """Owe a reminder to everybody silent in a division whom no text waits for; once a key.

    Raises:
        NotFoundError: if there is no such alert within the caller's divisions.
        ForbiddenError: if the caller's role sends nothing again.
        InvalidError: if the division is not within the caller's and the alert's area.
        ConflictError: if the alert is not open, or has expired.
    """
    now = desk.clock.now()

    def unit(transaction: Transaction) -> SentAgain:
        connection = transaction.connection
        transaction.lock([alert_id])
        before = key and counted_before(connection, alert_id, caller.id, division, key)
        if before:
            return SentAgain(Counted(**before), _finish(desk, connection, alert_id, 0, now))
        alert = _sendable(connection, caller, alert_id, division, now)
        counted, silent = _count(desk, connection, alert, division)
        if silent.households:
            order = Order(caller.id, division, key, asdict(counted))
            remind(transaction, alert, Channel.SMS, silent.to_ask, now, order)
        return SentAgain(counted, _finish(desk, connection, alert_id, 0, now))

    return await desk.ledger.write(unit)


def _sendable(
    connection: Connection, caller: Officer, alert_id: int, division: str, now: datetime
) -> StoredAlert:
    alert = alert_for(connection, alert_id, caller)
    check_places(caller, Act.REMIND, [division], "division")
    if not any(covers(d, division) or covers(division, d) for d in alert.divisions):
        raise InvalidError("division", f"{division} is not within this alert's area")
    if alert.state is not AlertState.OPEN or alert.expires <= now:
        raise ConflictError(f"alert {alert_id} is no longer open: it sends nothing more")
    return alert


def _count(
    desk: Desk, connection: Connection, alert: StoredAlert, division: str
) -> tuple[Counted, Silent]:
    silent = silent_in(connection, alert.id, division)
    counted = Counted(
        households=silent.households,
        people=silent.people,
        segments=silent.segments(wording_of(connection, alert, desk.policy)),
        waiting=silent.waiting,
        unreachable=silent.unreachable,
    )
    return counted, silent


def _finish(desk: Desk, connection: Connection, alert: int, more: int, now: datetime) -> datetime:
    waits = queue_of(connection, alert, now)
    whole = replace(waits, segments=waits.segments + more)
    return whole.finish(now, desk.policy.sending.segments_per_second)
