"""Sends an alert again to silent households at an officer's order, independently of the ladder."""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import ColumnElement, Connection, Integer, and_, exists, func, select

from alerting.access.command import Command, carry_out
from alerting.access.rules import Act
from alerting.access.scope import alert_for, check_places
from alerting.deliveries.progress import backlog_of
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.tables import deliveries
from alerting.deliveries.texts import wording_of
from alerting.errors import ConflictError, InvalidError
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.events.households import ReminderCount
from alerting.messages.link import as_sent
from alerting.messages.text import TextKind, segments
from alerting.messages.wording import Readers, Wording, homes_of
from alerting.policy.policy import HouseholdLink, Policy
from alerting.policy.sections import Channel
from alerting.reminders.remind import Households, Order, counted_before, remind
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import roll
from alerting.runtime import Runtime
from contacts.directory import Officer
from contacts.division import covers, subtree


@dataclass(frozen=True)
class Counted:
    """The numbers of households, people unaccounted for and segments of a reminder."""

    households: int
    people: int
    segments: int
    waiting: int
    """The number of silent households left out because a text is already queued for them."""
    unreachable: int
    """The number of silent households left out because no text can reach them."""


@dataclass(frozen=True)
class SentAgain:
    """The counts of a reminder, and the predicted time at which the whole backlog is sent."""

    counted: Counted
    finish: datetime


async def preview_again(
    runtime: Runtime, caller: Officer, alert_id: int, division: str
) -> SentAgain:
    """Count the households that `send_again` would reach now, without sending anything.

    Raises:
        NotFoundError, ForbiddenError, InvalidError, ConflictError: see `send_again`.
    """
    now = runtime.clock.now()

    def look(connection: Connection) -> SentAgain:
        alert = alert_for(connection, alert_id, caller)
        _check_sendable(alert, caller, division, now)
        counted, _ = _count(runtime.policy, connection, alert, division)
        return SentAgain(counted, _finish(runtime.policy, connection, counted.segments, now))

    return await runtime.database.read(look)


async def send_again(
    runtime: Runtime, caller: Officer, alert_id: int, division: str, key: str | None
) -> SentAgain:
    """Queue a reminder to all silent households of a division without a queued text; once per key.

    Raises:
        NotFoundError: if there is no such alert within the caller's divisions.
        ForbiddenError: if the caller's role may not send again.
        InvalidError: if the division is not within the caller's and the alert's area.
        ConflictError: if the alert is not open, or has expired.
    """
    verb = partial(_send_again, division=division, key=key)
    return await carry_out(runtime, caller, alert_id, verb)


def _send_again(command: Command, division: str, key: str | None) -> SentAgain:
    connection, alert, caller = command.connection, command.alert, command.caller
    policy, now = command.transaction.policy, command.now
    before = key and counted_before(connection, alert.id, caller.id, division, key)
    if before:
        return SentAgain(Counted(**dict(before)), _finish(policy, connection, 0, now))
    _check_sendable(alert, caller, division, now)
    counted, silent = _count(policy, connection, alert, division)
    if silent.households:
        order = Order(caller.id, division, key, ReminderCount(**asdict(counted)))
        remind(command.transaction, alert, Channel.SMS, silent.to_ask, now, order)
    return SentAgain(counted, _finish(policy, connection, 0, now))


def _check_sendable(alert: StoredAlert, caller: Officer, division: str, now: datetime) -> None:
    check_places(caller, Act.REMIND, [division], "division")
    if not any(covers(d, division) or covers(division, d) for d in alert.divisions):
        raise InvalidError(
            "division", f"{division} is not within this alert's area", f"{division}不在预警范围内"
        )
    if not alert.is_sending(now):
        raise ConflictError(
            f"alert {alert.id} is no longer open: it sends nothing more",
            chinese=f"预警{alert.id}不在进行中：不再发送",
        )


@dataclass(frozen=True)
class Silent:
    """The silent households of a division, by whether a reminder is useful."""

    to_ask: Households
    people: int
    """The number of people unaccounted for in the households to ask."""
    waiting: int
    """The number of households with a text already queued."""
    unreachable: int
    """The number of households that no text can reach; they are visited instead."""

    @property
    def households(self) -> int:
        """The number of households to ask."""
        return sum(self.to_ask.by_readers.values())

    def segments(self, wording: Wording, link: HouseholdLink | None) -> int:
        """Return the number of segments of the reminders, including their links."""
        kind = TextKind.REMINDER
        return sum(
            segments(as_sent(kind, wording.of_kind(kind, readers), link)).count * households
            for readers, households in self.to_ask.by_readers.items()
        )


def _count(
    policy: Policy, connection: Connection, alert: StoredAlert, division: str
) -> tuple[Counted, Silent]:
    silent = silent_in(connection, alert.id, division)
    wording = wording_of(connection, policy, alert, homes_of(silent.to_ask.by_readers))
    counted = Counted(
        households=silent.households,
        people=silent.people,
        segments=silent.segments(wording, policy.household_link),
        waiting=silent.waiting,
        unreachable=silent.unreachable,
    )
    return counted, silent


def _finish(policy: Policy, connection: Connection, more: int, now: datetime) -> datetime:
    return backlog_of(connection, policy.sending, now).finish(now, more)


_WAITS: Final = exists().where(
    deliveries.c.alert == roll.c.alert,
    deliveries.c.recipient == roll.c.household,
    deliveries.c.recipient_kind == Recipient.HOUSEHOLD,
    deliveries.c.channel == Channel.SMS,
    deliveries.c.state == DeliveryState.QUEUED,
)


def silent_in(connection: Connection, alert: int, division: str) -> Silent:
    """Return a division's households of which nobody is accounted for.

    The database counts them, because a city has too many to read.
    """
    there = _silent_there(alert, division)
    each = select(
        roll.c.reachable,
        _WAITS.label("waits"),
        roll.c.language,
        roll.c.division,
        roll.c.unaccounted,
    ).where(there)
    kinds = each.subquery()
    by = kinds.c["reachable", "waits", "language", "division"]
    people = func.sum(kinds.c.unaccounted).cast(Integer)
    rows = connection.execute(
        select(*by, func.count().label("households"), people.label("people")).group_by(*by)
    ).all()
    to_ask = [row for row in rows if row.reachable and not row.waits]
    by_readers = {Readers(row.language, row.division): row.households for row in to_ask}
    return Silent(
        Households(and_(there, roll.c.reachable, ~_WAITS), by_readers),
        people=sum(row.people for row in to_ask),
        waiting=sum(row.households for row in rows if row.reachable and row.waits),
        unreachable=sum(row.households for row in rows if not row.reachable),
    )


def _silent_there(alert: int, division: str) -> ColumnElement[bool]:
    low, high = subtree(division)
    return and_(
        roll.c.alert == alert,
        # Household codes begin with the division's code, so the database can use the index for a
        # range of codes.
        roll.c.household.between(low, high),
        roll.c.division.between(low, high),
        roll.c.standing == Standing.UNACCOUNTED,
    )
