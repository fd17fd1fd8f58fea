"""Deliveries on their way: claimed under a lease, tried, accepted or not, and receipted."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Connection,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from alerting.core.delivery import (
    MAY_HAVE_ARRIVED,
    DeliveryState,
    OutcomeKind,
    after_receipt,
    never_reaches,
)
from alerting.core.plan import Channel
from alerting.storage.corrections import owe_late
from alerting.storage.ledger import Transaction
from alerting.storage.out_of_reach import send_to_doors
from alerting.storage.tables import attempts, deliveries, receipts, texts

ATTEMPTED: Final = "deliveries.attempted"
RECEIPTED: Final = "deliveries.receipted"
EXPIRED: Final = "deliveries.expired"
_IN_DOUBT: Final = (DeliveryState.SENDING, DeliveryState.UNKNOWN)


@dataclass(frozen=True)
class Claimed:
    """A delivery that this process may try, until its lease ends."""

    delivery: int
    alert: int
    number: str
    body: str
    expires_at: datetime
    attempt: int
    """Which try it is, from 1; also the fencing token."""
    token: str
    """What the status callback's address carries."""
    started_at: datetime
    lease_until: datetime


@dataclass(frozen=True)
class Outcome:
    """The end of an attempt, to be written where the delivery still waits for it."""

    claimed: Claimed
    kind: OutcomeKind
    next_state: DeliveryState
    finished_at: datetime
    now: datetime
    provider_id: str | None = None
    error_code: int | None = None
    due_at: datetime | None = None
    """When to try again, where the next state is queued."""
    lease_until: datetime | None = None
    """When to look into it, where the next state is unknown."""


@dataclass(frozen=True)
class Receipt:
    """A provider's word on an attempt."""

    token: str
    provider_id: str
    state: DeliveryState
    status: str
    error_code: int | None
    received_at: datetime


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
    "in_doubt", _IN_DOUBT, expanding=True, literal_execute=True
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
    bodies = _bodies(transaction.connection, taken)
    return [
        _claimed(row, bodies[row.text], last[row.id].token, last[row.id].started_at)
        for row in taken
    ]


def expire(transaction: Transaction, now: datetime) -> int:
    """Give up what waited beyond its alert's validity; return how many there were."""
    expired = transaction.connection.execute(
        update(deliveries)
        .where(deliveries.c.state == DeliveryState.QUEUED, deliveries.c.expires_at <= now)
        .values(state=DeliveryState.EXPIRED)
        .returning(deliveries.c.alert)
    ).all()
    _log(transaction, EXPIRED, now, [(row.alert, DeliveryState.EXPIRED) for row in expired])
    return len(expired)


_SETTLE: Final = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("delivery"),
        deliveries.c.attempts == bindparam("attempt"),
        # No IN: its expanding parameter cannot be part of a statement for many rows.
        or_(*(deliveries.c.state == state for state in _IN_DOUBT)),
    )
    .values(
        state=bindparam("next_state"),
        due_at=func.coalesce(bindparam("due", type_=deliveries.c.due_at.type), deliveries.c.due_at),
        lease_until=bindparam("lease"),
        accepted_at=func.coalesce(
            deliveries.c.accepted_at, bindparam("accepted", type_=deliveries.c.accepted_at.type)
        ),
        error_code=bindparam("error"),
    )
)
_FINISH: Final = (
    update(attempts)
    .where(attempts.c.token == bindparam("attempt_token"))
    .values(
        finished_at=bindparam("finished"),
        outcome=bindparam("kind"),
        provider_id=func.coalesce(bindparam("provider"), attempts.c.provider_id),
        error_code=bindparam("error"),
    )
)


def record_outcomes(transaction: Transaction, outcomes: Sequence[Outcome]) -> list[None]:
    """Write what came of attempts; one whose delivery went on without it changes nothing."""
    transaction.lock([outcome.claimed.alert for outcome in outcomes])
    transaction.connection.execute(
        _SETTLE,
        [
            {
                "delivery": outcome.claimed.delivery,
                "attempt": outcome.claimed.attempt,
                "next_state": outcome.next_state,
                "due": outcome.due_at,
                "lease": outcome.lease_until,
                "accepted": outcome.now if outcome.kind is OutcomeKind.ACCEPTED else None,
                "error": outcome.error_code,
            }
            for outcome in outcomes
        ],
    )
    transaction.connection.execute(
        _FINISH,
        [
            {
                "attempt_token": outcome.claimed.token,
                "finished": outcome.finished_at,
                "kind": outcome.kind,
                "provider": outcome.provider_id,
                "error": outcome.error_code,
            }
            for outcome in outcomes
        ],
    )
    _log(transaction, ATTEMPTED, outcomes[-1].now, [(o.claimed.alert, o.kind) for o in outcomes])
    refused = {o.claimed.delivery for o in outcomes if never_reaches(o.error_code)}
    send_to_doors(transaction, refused, outcomes[-1].now)
    return [None] * len(outcomes)


def record_receipts(transaction: Transaction, items: Sequence[Receipt]) -> list[bool]:
    """Keep receipts and move their deliveries forward; say for each whether it was ours.

    They may come early, late, repeated and in any order: a delivery's rank never falls.
    """
    connection = transaction.connection
    tried = _receipted({item.token for item in items})
    alerts_of = {row.token: row.alert for row in connection.execute(tried)}
    ours = [item for item in items if item.token in alerts_of]
    if not ours:
        return [False] * len(items)
    transaction.lock(list(alerts_of.values()))
    # Read only now: what another process has just written must not be taken back.
    known = {row.token: row for row in connection.execute(tried.with_for_update(of=deliveries))}
    connection.execute(insert(receipts), [_receipt_row(item) for item in ours])
    states = {row.id: DeliveryState(row.state) for row in known.values()}
    errors: dict[int, int | None] = {}
    for item in ours:
        attempt = known[item.token]
        delivery, is_latest = attempt.id, attempt.number == attempt.attempts
        states[delivery] = after_receipt(states[delivery], item.state, is_latest_try=is_latest)
        if states[delivery] is item.state:
            errors[delivery] = item.error_code
    if errors:
        connection.execute(
            _ADVANCE,
            [
                {
                    "delivery": d,
                    "next_state": states[d],
                    "error": errors[d],
                    "accepted": ours[-1].received_at,
                }
                for d in sorted(errors)
            ],
        )
        refused = {delivery for delivery, code in errors.items() if never_reaches(code)}
        send_to_doors(transaction, refused, ours[-1].received_at)
    connection.execute(
        _HEAL, [{"attempt_token": item.token, "provider": item.provider_id} for item in ours]
    )
    before = {row.id: DeliveryState(row.state) for row in known.values()}
    arrived = [d for d in errors if _arrived_after_all(before[d], states[d])]
    if arrived:
        owe_late(connection, arrived, ours[-1].received_at)
    _log(
        transaction,
        RECEIPTED,
        ours[-1].received_at,
        [(known[item.token].alert, item.state) for item in ours],
    )
    return [item.token in known for item in items]


_ADVANCE: Final = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery"))
    .values(
        state=bindparam("next_state"),
        accepted_at=func.coalesce(
            deliveries.c.accepted_at, bindparam("accepted", type_=deliveries.c.accepted_at.type)
        ),
        error_code=bindparam("error"),
    )
)
_HEAL: Final = (
    update(attempts)
    .where(attempts.c.token == bindparam("attempt_token"), attempts.c.provider_id.is_(None))
    .values(provider_id=bindparam("provider"))
)


def waiting_for_socket(connection: Connection, officer: str, now: datetime) -> list[Claimed]:
    """Return the alerts owed to an officer by websocket and not yet written to one."""
    rows = connection.execute(
        select(deliveries)
        .where(
            deliveries.c.state == DeliveryState.QUEUED,
            deliveries.c.channel == Channel.WEBSOCKET,
            deliveries.c.recipient == officer,
            deliveries.c.expires_at > now,
        )
        .order_by(deliveries.c.id)
    ).all()
    bodies = _bodies(connection, rows)
    return [_claimed(row, bodies[row.text], "", now) for row in rows]


def written_to_socket(transaction: Transaction, written: Sequence[Claimed], now: datetime) -> None:
    """Record that these websocket deliveries were handed to their officer's socket."""
    transaction.lock([claimed.alert for claimed in written])
    transaction.connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_([claimed.delivery for claimed in written]))
        .values(state=DeliveryState.DELIVERED, attempts=deliveries.c.attempts + 1)
    )
    _log(transaction, RECEIPTED, now, [(c.alert, DeliveryState.DELIVERED) for c in written])
    # An alert that ended while it was being written is followed by its end.
    owe_late(transaction.connection, [claimed.delivery for claimed in written], now)


def _arrived_after_all(before: DeliveryState, state: DeliveryState) -> bool:
    return before not in MAY_HAVE_ARRIVED and state in MAY_HAVE_ARRIVED


def _receipted(tokens: set[str]) -> Any:
    return (
        select(
            attempts.c.token,
            attempts.c.number,
            deliveries.c.id,
            deliveries.c.alert,
            deliveries.c.state,
            deliveries.c.attempts,
        )
        .join(deliveries, deliveries.c.id == attempts.c.delivery)
        .where(attempts.c.token.in_(tokens))
        .order_by(deliveries.c.id)
    )


def _log(
    transaction: Transaction, kind: str, at: datetime, ends: Sequence[tuple[int, str]]
) -> None:
    by_alert: dict[int, Counter[str]] = defaultdict(Counter)
    for alert, end in ends:
        by_alert[alert][end] += 1
    for alert, counts in by_alert.items():
        transaction.append(alert, kind, at, payload=dict(counts))


def _urgency(row: Any) -> tuple[int, int]:
    return row.priority, row.id


def _with_texts(connection: Connection, rows: Sequence[Any], wall: datetime) -> list[Claimed]:
    bodies = _bodies(connection, rows)
    return [_claimed(row, bodies[row.text], secrets.token_urlsafe(18), wall) for row in rows]


def _bodies(connection: Connection, rows: Sequence[Any]) -> dict[int, str]:
    wanted = {row.text for row in rows}
    return {
        row.id: row.body
        for row in connection.execute(
            select(texts.c.id, texts.c.body).where(texts.c.id.in_(wanted))
        )
    }


def _claimed(row: Any, body: str, token: str, started_at: datetime) -> Claimed:
    return Claimed(
        delivery=row.id,
        alert=row.alert,
        number=row.number,
        body=body,
        expires_at=row.expires_at,
        attempt=row.attempts,
        token=token,
        started_at=started_at,
        lease_until=row.lease_until or started_at,
    )


def _attempt_row(claimed: Claimed) -> dict[str, Any]:
    return {
        "token": claimed.token,
        "delivery": claimed.delivery,
        "number": claimed.attempt,
        "started_at": claimed.started_at,
    }


def _receipt_row(item: Receipt) -> dict[str, Any]:
    return {
        "attempt": item.token,
        "provider_id": item.provider_id,
        "status": item.status,
        "error_code": item.error_code,
        "received_at": item.received_at,
    }
