"""The officers called to an alert (叫应), how far the ladder of their silence has come."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, bindparam, case, func, insert, select, update

from alerting.core.delivery import DeliveryState
from alerting.core.escalation import Position, officer_ladder
from alerting.core.lifecycle import AlertState
from alerting.core.officer_call import CallState, begin_call, call_state, principals
from alerting.core.plan import Channel, Recipient
from alerting.core.policy import OfficerLadder
from alerting.storage.deliveries import Plan, tell_officers
from alerting.storage.ledger import Transaction
from alerting.storage.tables import alerts, confirmations, deliveries, officer_calls
from contacts.directory import Officer
from contacts.division import subtree
from contacts.officer import Role
from contacts.tables import OFFICERS

Key = tuple[int, str]
"""An alert's id and an officer's."""

_ALERTS_DUE: Final = (
    select(officer_calls.c.alert)
    .join(alerts, alerts.c.id == officer_calls.c.alert)
    .where(officer_calls.c.next_at <= bindparam("now"), alerts.c.state == AlertState.OPEN)
    .distinct()
)
_DUE: Final = (
    select(officer_calls)
    .where(
        officer_calls.c.next_at <= bindparam("now"),
        officer_calls.c.alert.in_(bindparam("locked", expanding=True)),
    )
    .order_by(officer_calls.c.next_at, officer_calls.c.division, officer_calls.c.officer)
    .limit(bindparam("most"))
)
_THIS: Final = and_(
    officer_calls.c.alert == bindparam("of_alert"),
    officer_calls.c.officer == bindparam("of_officer"),
)
_GO_ON: Final = (
    update(officer_calls)
    .where(_THIS)
    .values(steps_done=bindparam("to_steps_done"), next_at=bindparam("to_next_at"))
)
_TOLD: Final = update(officer_calls).where(_THIS).values(told_above_at=bindparam("at"))
_END: Final = update(officer_calls).where(_THIS).values(next_at=None)
# Only what was not handed over yet: who is on the phone may hear the text to its end.
_RING_NO_MORE: Final = (
    update(deliveries)
    .where(
        deliveries.c.alert == bindparam("of_alert"),
        deliveries.c.recipient == bindparam("of_officer"),
        deliveries.c.recipient_kind == Recipient.OFFICER,
        deliveries.c.channel == Channel.VOICE,
        (deliveries.c.state == DeliveryState.QUEUED)
        | (deliveries.c.state == DeliveryState.SENDING)
        | (deliveries.c.state == DeliveryState.UNKNOWN),
    )
    .values(
        state=case(
            (deliveries.c.state == DeliveryState.QUEUED, DeliveryState.CANCELLED.value),
            else_=deliveries.c.state,
        ),
        expires_at=bindparam("at", type_=deliveries.c.expires_at.type),
    )
)


@dataclass(frozen=True)
class SilentOfficer:
    """An officer who was called and has not confirmed, and what was done about it."""

    alert: int
    officer: str
    division: str
    position: Position
    seq: int
    """The log entry by which the officer was called."""


@dataclass(frozen=True)
class OfficerCall:
    """An officer called to an alert; `channel` is the one by which the call was confirmed."""

    officer: str
    name: str
    role: Role
    division: str
    deputy_of: str | None
    called_at: datetime
    confirmed_at: datetime | None
    channel: str | None
    told_above_at: datetime | None
    state: CallState


def called_at_once(officers: Sequence[Officer]) -> list[Officer]:
    """Return who of these officers is called at once: deputies only where no principal is."""
    first = principals({officer.id: officer.deputy_of for officer in officers})
    return [officer for officer in officers if officer.id in first]


def not_called(connection: Connection, alert: int, officers: Sequence[Officer]) -> list[Officer]:
    """Return those who were not called to this alert yet, and have not confirmed it unasked."""
    ids = [officer.id for officer in officers]
    known = {
        known
        for table in (officer_calls, confirmations)
        for known in connection.execute(
            select(table.c.officer).where(table.c.alert == alert, table.c.officer.in_(ids))
        ).scalars()
    }
    return [officer for officer in officers if officer.id not in known]


def call(transaction: Transaction, plan: Plan, officers: Sequence[Officer], text: int) -> None:
    """Call officers who were not called yet: owe them the text, and begin their ladders."""
    tell_officers(transaction.connection, plan, officers, text)
    begins = begin_call(officer_ladder(transaction.policy.officer), plan.due_at)
    rows = [
        {
            "alert": plan.alert,
            "officer": officer.id,
            "division": officer.division,
            "called_at": plan.due_at,
            "steps_done": begins.steps_done,
            "next_at": begins.next_at,
            "seq": plan.seq,
        }
        for officer in officers
    ]
    if rows:
        transaction.connection.execute(insert(officer_calls), rows)


def due_calls(transaction: Transaction, now: datetime, most: int) -> list[SilentOfficer]:
    """Return up to so many officers of open alerts whose silence has become due.

    Their alerts are held to the commit: another process that looks as well finds them done.
    """
    connection = transaction.connection
    locked = list(connection.execute(_ALERTS_DUE, {"now": now}).scalars())
    if not locked:
        return []
    transaction.lock(locked)
    rows = connection.execute(_DUE, {"now": now, "locked": locked, "most": most})
    return [
        SilentOfficer(
            row.alert,
            row.officer,
            row.division,
            Position(row.called_at, row.steps_done, row.next_at),
            row.seq,
        )
        for row in rows
    ]


def tries_waiting(
    connection: Connection, alert: int, officers: Collection[str]
) -> set[tuple[str, str]]:
    """Return by which channels (officer, channel) something is still to be sent to them."""
    rows = connection.execute(
        select(deliveries.c.recipient, deliveries.c.channel).where(
            deliveries.c.alert == alert,
            deliveries.c.recipient.in_(sorted(officers)),
            deliveries.c.recipient_kind == Recipient.OFFICER,
            deliveries.c.state == DeliveryState.QUEUED,
        )
    )
    return {(row.recipient, row.channel) for row in rows}


def go_on(connection: Connection, positions: Iterable[tuple[SilentOfficer, Position]]) -> None:
    """Record how far the ladders of silent officers have come."""
    rows = [
        _this(silent.alert, silent.officer)
        | {"to_steps_done": position.steps_done, "to_next_at": position.next_at}
        for silent, position in positions
    ]
    if rows:
        connection.execute(_GO_ON, rows)


def record_told(connection: Connection, keys: Iterable[Key], now: datetime) -> None:
    """Record that the tier above was told of these officers."""
    rows = [_this(*key) | {"at": now} for key in keys]
    if rows:
        connection.execute(_TOLD, rows)


def end_calls(connection: Connection, keys: Collection[Key], now: datetime) -> None:
    """End the ladders of officers who have confirmed; what still waits to ring does not."""
    if keys:
        connection.execute(_END, [_this(*key) for key in keys])
        connection.execute(_RING_NO_MORE, [_this(*key) | {"at": now} for key in keys])


def stand_down_officers(connection: Connection, alert: int) -> None:
    """Follow no officer's silence any more: the alert is over."""
    connection.execute(
        update(officer_calls)
        .where(officer_calls.c.alert == alert, officer_calls.c.next_at.is_not(None))
        .values(next_at=None)
    )


def calls_within(
    connection: Connection, alert: int, division: str, rules: OfficerLadder
) -> list[OfficerCall]:
    """Return the officers of a division called to an alert: who has not confirmed comes first.

    Among them the uppermost tier comes first, and principals before deputies.
    """
    confirmed = confirmations.c.given_at
    rows = connection.execute(
        select(
            OFFICERS,
            officer_calls.c.called_at,
            officer_calls.c.steps_done,
            officer_calls.c.told_above_at,
            confirmed.label("confirmed_at"),
            confirmations.c.channel,
        )
        .join(officer_calls, officer_calls.c.officer == OFFICERS.c.id)
        .outerjoin(
            confirmations,
            and_(
                confirmations.c.alert == officer_calls.c.alert,
                confirmations.c.officer == officer_calls.c.officer,
            ),
        )
        .where(officer_calls.c.alert == alert, OFFICERS.c.division.between(*subtree(division)))
        .order_by(
            confirmed.is_not(None),
            func.length(OFFICERS.c.division),
            OFFICERS.c.division,
            OFFICERS.c.deputy_of.is_not(None),
            OFFICERS.c.id,
        )
    )
    steps = len(officer_ladder(rules))
    return [
        OfficerCall(
            officer=row.id,
            name=row.name,
            role=Role(row.role),
            division=row.division,
            deputy_of=row.deputy_of,
            called_at=row.called_at,
            confirmed_at=row.confirmed_at,
            channel=row.channel,
            told_above_at=row.told_above_at,
            state=call_state(
                confirmed=row.confirmed_at is not None,
                told_above=row.told_above_at is not None,
                steps_left=max(steps - row.steps_done, 0),
            ),
        )
        for row in rows
    ]


def _this(alert: int, officer: str) -> dict[str, object]:
    return {"of_alert": alert, "of_officer": officer}
