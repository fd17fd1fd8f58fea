"""Deliveries claimed under a lease, so that only one process tries each, and their attempts."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, bindparam, exists, insert, select, update

from alerting.core.delivery import DeliveryState
from alerting.core.plan import Channel
from alerting.storage.ends import EXPIRED, log_ends
from alerting.storage.ledger import Transaction
from alerting.storage.tables import attempts, deliveries, texts

IN_DOUBT: Final = (DeliveryState.SENDING, DeliveryState.UNKNOWN)
"""States of a delivery whose attempt has not been answered."""


@dataclass(frozen=True)
class Claimed:
    """A delivery that this process may try, until its lease ends."""

    delivery: int
    alert: int
    number: str
    body: str
    segments: int
    """Of a text; 0 for a call."""
    expires_at: datetime
    attempt: int
    """Which try it is, from 1; also the fencing token."""
    token: str
    """What the status callback's address carries."""
    started_at: datetime
    lease_until: datetime


_EARLIER: Final = deliveries.alias("earlier")
_EARLIER_ON_ITS_WAY: Final = exists().where(
    _EARLIER.c.alert == deliveries.c.alert,
    _EARLIER.c.recipient == deliveries.c.recipient,
    _EARLIER.c.number == deliveries.c.number,
    _EARLIER.c.id < deliveries.c.id,
    _EARLIER.c.state == DeliveryState.SENDING,
    _EARLIER.c.lease_until > bindparam("wall"),
)
# Named, not nested: PostgreSQL may run a nested one again for each row, and so take too many.
_WAITING: Final = (
    select(deliveries.c.id)
    .where(
        deliveries.c.state == DeliveryState.QUEUED,
        deliveries.c.channel == bindparam("by"),
        deliveries.c.due_at <= bindparam("at"),
        deliveries.c.expires_at > bindparam("at"),
        ~_EARLIER_ON_ITS_WAY,
    )
    .order_by(deliveries.c.priority, deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("waiting")
)
_ANYTHING: Final = (
    select(deliveries.c.id)
    .where(
        deliveries.c.state == DeliveryState.QUEUED,
        deliveries.c.channel == bindparam("by"),
        deliveries.c.due_at <= bindparam("at"),
    )
    .limit(1)
)
_CLAIM: Final = (
    update(deliveries)
    .where(deliveries.c.id.in_(select(_WAITING.c.id)))
    .values(
        state=DeliveryState.SENDING,
        lease_until=bindparam("until"),
        attempts=deliveries.c.attempts + 1,
    )
    .returning(deliveries)
)
_TRY: Final = insert(attempts)
# Written out, not bound: only then can the index of those in doubt be used, which is a partial one.
_STATES_IN_DOUBT: Final[BindParameter[Any]] = bindparam(
    "in_doubt", IN_DOUBT, expanding=True, literal_execute=True
)
_DOUBTFUL: Final = (
    select(deliveries.c.id)
    .where(
        deliveries.c.state.in_(_STATES_IN_DOUBT),
        deliveries.c.channel == bindparam("by"),
        deliveries.c.lease_until < bindparam("wall"),
    )
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("doubtful")
)
_CLAIM_DOUBTFUL: Final = (
    update(deliveries)
    .where(deliveries.c.id.in_(select(_DOUBTFUL.c.id)))
    .values(state=DeliveryState.UNKNOWN, lease_until=bindparam("until"))
    .returning(deliveries)
)


def claim(
    transaction: Transaction,
    channel: Channel,
    limit: int,
    *,
    now: datetime,
    wall: datetime,
    lease_until: datetime,
) -> list[Claimed]:
    """Take up to `limit` queued deliveries, most urgent first, and record an attempt at each.

    One waits while an earlier one of the same alert is on its way to the same phone: a correction
    must not overtake what it corrects.
    """
    asked = {"by": channel, "most": limit, "at": now, "wall": wall, "until": lease_until}
    taken = transaction.connection.execute(_CLAIM, asked).all()
    claimed = _with_texts(transaction.connection, sorted(taken, key=_urgency), wall)
    if claimed:
        transaction.connection.execute(_TRY, [_attempt_row(c) for c in claimed])
    return claimed


def claim_doubtful(
    transaction: Transaction,
    channel: Channel,
    limit: int,
    *,
    wall: datetime,
    lease_until: datetime,
) -> list[Claimed]:
    """Take deliveries whose attempt ended without an answer, to look them up.

    They are those whose lease ended while sending (their process is gone) or while unknown.
    """
    asked = {"by": channel, "most": limit, "wall": wall, "until": lease_until}
    taken = transaction.connection.execute(_CLAIM_DOUBTFUL, asked).all()
    if not taken:
        return []
    last = {
        row.delivery: row
        for row in transaction.connection.execute(
            select(attempts)
            .where(attempts.c.delivery.in_([row.id for row in taken]))
            .order_by(attempts.c.number)
        )
    }
    frozen = texts_of(transaction.connection, taken)
    return [
        to_claimed(row, frozen[row.text], last[row.id].token, last[row.id].started_at)
        for row in taken
    ]


def anything_waits(connection: Connection, channel: Channel, now: datetime) -> bool:
    """Whether something is queued for a channel whose time has come."""
    asked = {"by": channel, "at": now}
    return connection.execute(_ANYTHING, asked).first() is not None


def expire(transaction: Transaction, now: datetime) -> int:
    """Give up what waited beyond its alert's validity; return how many there were."""
    expired = transaction.connection.execute(
        update(deliveries)
        .where(deliveries.c.state == DeliveryState.QUEUED, deliveries.c.expires_at <= now)
        .values(state=DeliveryState.EXPIRED)
        .returning(deliveries.c.alert)
    ).all()
    log_ends(transaction, EXPIRED, now, [(row.alert, DeliveryState.EXPIRED) for row in expired])
    return len(expired)


def to_claimed(row: Any, text: Any, token: str, started_at: datetime) -> Claimed:
    """Return a row of the deliveries as what a channel is to send."""
    return Claimed(
        delivery=row.id,
        alert=row.alert,
        number=row.number,
        body=text.body,
        segments=text.segments,
        expires_at=row.expires_at,
        attempt=row.attempts,
        token=token,
        started_at=started_at,
        lease_until=row.lease_until or started_at,
    )


def texts_of(connection: Connection, rows: Sequence[Any]) -> dict[int, Any]:
    """Return the frozen texts of these deliveries, by the text's id."""
    wanted = {row.text for row in rows}
    return {
        row.id: row
        for row in connection.execute(
            select(texts.c.id, texts.c.body, texts.c.segments).where(texts.c.id.in_(wanted))
        )
    }


def _urgency(row: Any) -> tuple[int, int]:
    return row.priority, row.id


def _with_texts(connection: Connection, rows: Sequence[Any], wall: datetime) -> list[Claimed]:
    frozen = texts_of(connection, rows)
    return [to_claimed(row, frozen[row.text], secrets.token_urlsafe(18), wall) for row in rows]


def _attempt_row(claimed: Claimed) -> dict[str, Any]:
    return {
        "token": claimed.token,
        "delivery": claimed.delivery,
        "number": claimed.attempt,
        "started_at": claimed.started_at,
    }
