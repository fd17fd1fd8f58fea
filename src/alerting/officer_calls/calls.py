"""Queries and updates of officer calls (叫应): who was called, and their ladder positions."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, bindparam, case, insert, select, union, update

from alerting.database.bulk import ROWS, rows_parameter
from alerting.deliveries.outbox import Plan, owe_calls
from alerting.deliveries.plan import by_language
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.tables import deliveries
from alerting.ledger.writer import Transaction
from alerting.messages.text import language_for
from alerting.officer_calls.rules import first_position, silent_since, wake
from alerting.officer_calls.tables import OPEN_OFFICER_CALLS, confirmations, officer_calls
from alerting.policy.escalation import Position, officer_ladder
from alerting.policy.sections import Channel
from contacts.directory import AnyOfficer, CallableOfficer

OfficerKey = tuple[int, str]
"""The id of an alert and the id of an officer."""

_ALERTS_DUE: Final = (
    OPEN_OFFICER_CALLS.with_only_columns(officer_calls.c.alert, maintain_column_froms=True)
    .where(officer_calls.c.next_at <= bindparam("now"))
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

_KNOWN: Final = union(
    *(
        select(table.c.officer).where(table.c.alert == bindparam("of_alert"))
        for table in (officer_calls, confirmations)
    )
)

_CALLED: Final = rows_parameter(officer_calls.c["officer", "division"])

_SAME_FOR_ALL: Final = ("alert", "called_at", "steps_done", "next_at", "seq")
"""Columns with the same value for all officers called together."""

_BEGIN: Final = insert(officer_calls).from_select(
    ["officer", "division", *_SAME_FOR_ALL],
    select(
        *_CALLED.c, *(bindparam(f"of_{n}", type_=officer_calls.c[n].type) for n in _SAME_FOR_ALL)
    ),
)

_ADVANCE: Final = (
    update(officer_calls)
    .where(_THIS)
    .values(steps_done=bindparam("to_steps_done"), next_at=bindparam("to_next_at"))
)

_TOLD: Final = update(officer_calls).where(_THIS).values(told_above_at=bindparam("at"))

_CALL_AGAIN: Final = _ADVANCE.values(woken_at=bindparam("at"))

_END: Final = update(officer_calls).where(_THIS).values(next_at=None)

# Cancels queued phone calls, and prevents repeats of calls in progress. A call in progress is not
# cut off, so that the officer hears the text to its end.
_CANCEL_PHONE_CALLS: Final = (
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
    """An officer who was called and has not confirmed, and their position on the ladder."""

    alert: int
    officer: str
    division: str
    position: Position
    seq: int
    """Sequence number of the log entry that recorded the officer's call."""


def not_called(
    connection: Connection, alert: int, officers: Sequence[AnyOfficer]
) -> list[AnyOfficer]:
    """Return the officers who have neither been called to this alert nor confirmed it."""
    known = set(connection.execute(_KNOWN, {"of_alert": alert}).scalars())
    return [officer for officer in officers if officer.id not in known]


def begin_calls(
    transaction: Transaction,
    plan: Plan,
    officers: Sequence[CallableOfficer],
    text_in: Callable[[str], int],
) -> None:
    """Call officers for the first time: queue the text, and start their ladders.

    `text_in` returns the id of the stored text in a language.
    """
    if not officers:
        return
    texts = {language: text_in(language) for language in by_language(officers)}
    owe_calls(transaction, plan, [(each, texts[language_for(each.language)]) for each in officers])
    begins = first_position(officer_ladder(transaction.policy.officer), plan.due_at)
    transaction.connection.execute(
        _BEGIN,
        {
            ROWS: [{"officer": each.id, "division": each.division} for each in officers],
            "of_alert": plan.alert,
            "of_called_at": plan.due_at,
            "of_steps_done": begins.steps_done,
            "of_next_at": begins.next_at,
            "of_seq": plan.seq,
        },
    )


def is_called(connection: Connection, officer: str) -> bool:
    """Return whether the officer has an unconfirmed call to an open alert."""
    silent = OPEN_OFFICER_CALLS.where(
        officer_calls.c.officer == officer, officer_calls.c.next_at.is_not(None)
    )
    return connection.execute(silent.limit(1)).first() is not None


def due_calls(transaction: Transaction, now: datetime, most: int) -> list[SilentOfficer]:
    """Return up to `most` silent officers of open alerts whose next step is due.

    The alerts' rows stay locked until the commit, so that no other process takes the same steps.
    """
    connection = transaction.connection
    locked = list(connection.execute(_ALERTS_DUE, {"now": now}).scalars())
    if not locked:
        return []
    transaction.lock(locked)
    rows = connection.execute(_DUE, {"now": now, "locked": locked, "most": most})
    ladder = officer_ladder(transaction.policy.officer)
    return [
        SilentOfficer(
            row.alert,
            row.officer,
            row.division,
            Position(
                silent_since(ladder, row.called_at, row.woken_at), row.steps_done, row.next_at
            ),
            row.seq,
        )
        for row in rows
    ]


def tries_waiting(
    connection: Connection, alert: int, officers: Collection[str]
) -> set[tuple[str, str]]:
    """Return each pair of officer and channel that has a queued delivery."""
    rows = connection.execute(
        select(deliveries.c.recipient, deliveries.c.channel).where(
            deliveries.c.alert == alert,
            deliveries.c.recipient.in_(sorted(officers)),
            deliveries.c.recipient_kind == Recipient.OFFICER,
            deliveries.c.state == DeliveryState.QUEUED,
        )
    )
    return {(row.recipient, row.channel) for row in rows}


def advance_officer_calls(
    connection: Connection, positions: Iterable[tuple[SilentOfficer, Position]]
) -> None:
    """Store the new ladder positions of silent officers."""
    rows = [
        _this(silent.alert, silent.officer)
        | {"to_steps_done": position.steps_done, "to_next_at": position.next_at}
        for silent, position in positions
    ]
    if rows:
        connection.execute(_ADVANCE, rows)


def call_again(transaction: Transaction, key: OfficerKey, now: datetime) -> None:
    """Set a silent officer's ladder back to its first phone call, which is then due now."""
    position = wake(officer_ladder(transaction.policy.officer), now)
    transaction.connection.execute(
        _CALL_AGAIN,
        _this(*key)
        | {"to_steps_done": position.steps_done, "to_next_at": position.next_at, "at": now},
    )


def record_told(connection: Connection, keys: Iterable[OfficerKey], now: datetime) -> None:
    """Record that the tier above was told that these officers could not be woken."""
    rows = [_this(*key) | {"at": now} for key in keys]
    if rows:
        connection.execute(_TOLD, rows)


def end_calls(connection: Connection, keys: Collection[OfficerKey], now: datetime) -> None:
    """End the ladders of officers who have confirmed, and cancel their queued phone calls."""
    if keys:
        connection.execute(_END, [_this(*key) for key in keys])
        connection.execute(_CANCEL_PHONE_CALLS, [_this(*key) | {"at": now} for key in keys])


def stand_down_officers(connection: Connection, alert: int) -> None:
    """End the ladders of all officers called to an alert that is over."""
    connection.execute(
        update(officer_calls)
        .where(officer_calls.c.alert == alert, officer_calls.c.next_at.is_not(None))
        .values(next_at=None)
    )


def _this(alert: int, officer: str) -> dict[str, object]:
    return {"of_alert": alert, "of_officer": officer}
