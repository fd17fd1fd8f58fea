"""The provider's word on attempts: all of it kept, and deliveries moved forward by it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, exists, func, insert, select, update

from alerting.core.delivery import (
    MAY_HAVE_ARRIVED,
    WAIT_BEFORE_ONCE_MORE,
    DeliveryState,
    after_receipt,
    deserves_once_more,
    never_reaches,
)
from alerting.storage.corrections import owe_late
from alerting.storage.ends import RECEIPTED, log_ends
from alerting.storage.ledger import Transaction
from alerting.storage.out_of_reach import send_to_doors
from alerting.storage.tables import attempts, deliveries, receipts


@dataclass(frozen=True)
class Receipt:
    """A provider's word on an attempt."""

    token: str
    provider_id: str
    state: DeliveryState
    status: str
    error_code: int | None
    received_at: datetime


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
        again = {d for d, code in errors.items() if states[d] in _LOST and deserves_once_more(code)}
        _send_once_more(connection, again, ours[-1].received_at)
    connection.execute(
        _HEAL, [{"attempt_token": item.token, "provider": item.provider_id} for item in ours]
    )
    before = {row.id: DeliveryState(row.state) for row in known.values()}
    arrived = [d for d in errors if _arrived_after_all(before[d], states[d])]
    if arrived:
        owe_late(connection, arrived, ours[-1].received_at)
    log_ends(
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


_LOST: Final = (DeliveryState.UNDELIVERED, DeliveryState.FAILED)
_newer = deliveries.alias("newer")
_HEARD_MORE: Final = exists().where(
    _newer.c.alert == deliveries.c.alert,
    _newer.c.recipient == deliveries.c.recipient,
    _newer.c.number == deliveries.c.number,
    _newer.c.id > deliveries.c.id,
)
_AGAIN: Final = (
    update(deliveries)
    .where(
        deliveries.c.id.in_(bindparam("lost", expanding=True)),
        deliveries.c.state.in_(_LOST),
        deliveries.c.attempts == 1,
        deliveries.c.expires_at > bindparam("due", type_=deliveries.c.due_at.type),
        # What is older must not come after what corrects it.
        ~_HEARD_MORE,
    )
    .values(state=DeliveryState.QUEUED, due_at=bindparam("due", type_=deliveries.c.due_at.type))
)


def _send_once_more(connection: Connection, lost: Collection[int], now: datetime) -> None:
    """Queue again what did not arrive and may yet: a handset that was off, an unknown error."""
    if lost:
        due = now + WAIT_BEFORE_ONCE_MORE
        connection.execute(_AGAIN, {"lost": sorted(lost), "due": due})


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


def _receipt_row(item: Receipt) -> dict[str, Any]:
    return {
        "attempt": item.token,
        "provider_id": item.provider_id,
        "status": item.status,
        "error_code": item.error_code,
        "received_at": item.received_at,
    }
