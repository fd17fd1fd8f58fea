"""Receipts: store providers' status reports on attempts, and apply them to the deliveries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from sqlalchemy import Row, bindparam, exists, func, insert, select, update

from alerting.deliveries.corrections import owe_late
from alerting.deliveries.phone_tests import report_test
from alerting.deliveries.progress import log_results
from alerting.deliveries.providers import note_receipts
from alerting.deliveries.rules.delivery import (
    MAY_HAVE_ARRIVED,
    WAIT_BEFORE_ONCE_MORE,
    DeliveryState,
    Failure,
    after_receipt,
    classify,
    is_loss_of_route,
    state_of,
)
from alerting.deliveries.tables import attempts, deliveries, receipts
from alerting.deliveries.unreachable import call_instead, send_to_doors
from alerting.errors import InvalidError, NotFoundError
from alerting.ledger.events.sending import DeliveriesReceipted
from alerting.ledger.writer import Transaction
from alerting.metrics import RECEIPTS
from alerting.policy.sections import Channel
from alerting.runtime import Runtime, wall_clock


async def record_receipt(
    runtime: Runtime, token: str, provider_id: str, status: str, error_code: int | None
) -> None:
    """Record one status callback from Twilio, for an attempt or an administrator's test text.

    Raises:
        NotFoundError: if no attempt and no test has this token.
        InvalidError: if the status is unknown.
    """
    try:
        state = state_of(status)
    except ValueError as unknown:
        raise InvalidError("MessageStatus", str(unknown)) from None
    RECEIPTS.labels(status).inc()
    is_failure = error_code is not None or state in LOST
    # The provider has answered, so a loss without a code counts as unlisted, not as unknown.
    failure = classify(error_code, HTTPStatus.OK) if is_failure else None
    now = runtime.clock.now()
    receipt = Receipt(token, provider_id, state, status, error_code, now, failure)
    if await runtime.ledger.write_item(record_receipts, receipt):
        return
    if not await runtime.ledger.write(
        lambda tx: report_test(tx.connection, token, state, error_code, wall_clock())
    ):
        raise NotFoundError(f"no attempt has the token {token!r}")


LOST: Final = (DeliveryState.FAILED, DeliveryState.UNDELIVERED)


@dataclass(frozen=True)
class Receipt:
    """A provider's status report on an attempt."""

    token: str
    provider_id: str
    state: DeliveryState
    status: str
    error_code: int | None
    received_at: datetime
    failure: Failure | None = None
    """The kind of failure; None if no failure was reported."""


def record_receipts(transaction: Transaction, items: Sequence[Receipt]) -> list[bool]:
    """Store receipts and apply them to deliveries; return for each whether its token is known.

    Receipts may come early, late, repeatedly and in any order. They never lower the rank of a
    delivery's state, except that a lost text may be queued again.
    """
    connection = transaction.connection
    asked = {"tokens": sorted({item.token for item in items})}
    alerts_of = {row.token: row.alert for row in connection.execute(_RECEIPTED, asked)}
    ours = [item for item in items if item.token in alerts_of]
    if not ours:
        return [False] * len(items)
    transaction.lock(list(alerts_of.values()))
    # Read again under the lock, so that a concurrent write of another process is not undone.
    known: dict[str, Any] = {row.token: row for row in connection.execute(_RECEIPTED_LOCKED, asked)}
    connection.execute(insert(receipts), [_receipt_row(item) for item in ours])
    if with_id := [
        item for item in ours if item.provider_id and known[item.token].provider_id is None
    ]:
        connection.execute(
            _HEAL, [{"attempt_token": item.token, "given_id": item.provider_id} for item in with_id]
        )
    _advance(transaction, known, ours)
    _note_losses(transaction, ours, known)
    log_results(
        transaction,
        DeliveriesReceipted,
        ours[-1].received_at,
        [(known[item.token].alert, item.state) for item in ours],
    )
    return [item.token in known for item in items]


def _advance(
    transaction: Transaction, known: Mapping[str, Row[Any]], ours: Sequence[Receipt]
) -> None:
    """Set the deliveries' new states, replace lost texts, and follow up texts that arrived late.

    `known` holds a row with the attempt and its locked delivery, by the attempt's token.
    """
    before = {row.id: DeliveryState(row.state) for row in known.values()}
    states, news = _reported(known, ours, before)
    if not news:
        return
    now = ours[-1].received_at
    transaction.connection.execute(
        _ADVANCE,
        [
            {
                "delivery": d,
                "next_state": states[d],
                "error": news[d].error_code,
                "accepted": now,
            }
            for d in sorted(news)
        ],
    )
    _go_on_without(transaction, {d: i for d, i in news.items() if states[d] in LOST})
    arrived = [d for d in news if _arrived_after_all(before[d], states[d])]
    if arrived:
        owe_late(transaction, arrived, now)


def _reported(
    known: Mapping[str, Row[Any]],
    ours: Sequence[Receipt],
    before: Mapping[int, DeliveryState],
) -> tuple[dict[int, DeliveryState], dict[int, Receipt]]:
    """Return the new states and the receipts that decided them, both by delivery id."""
    states = dict(before)
    news: dict[int, Receipt] = {}
    for item in ours:
        attempt = known[item.token]
        delivery, is_latest = attempt.id, attempt.number == attempt.attempts
        states[delivery] = after_receipt(states[delivery], item.state, is_latest_try=is_latest)
        if states[delivery] is item.state:
            news[delivery] = item
    return states, news


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
    .values(provider_id=bindparam("given_id"))
)

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
        deliveries.c.channel == Channel.SMS,
        deliveries.c.state.in_(LOST),
        deliveries.c.attempts < bindparam("most"),
        deliveries.c.expires_at > bindparam("due", type_=deliveries.c.due_at.type),
        # A text is not repeated if a newer text went to the same phone, because it must not arrive
        # after its correction.
        ~_HEARD_MORE,
    )
    .values(state=DeliveryState.QUEUED, due_at=bindparam("due", type_=deliveries.c.due_at.type))
    .returning(deliveries.c.id)
)


_MOST_BY_ROUTE: Final = 3
"""Maximum number of attempts at a text that the account or the route loses.

By then another provider sends.
"""

_MOST_BY_PHONE: Final = 2
"""Maximum number of attempts at a text to a handset that is off."""


def _go_on_without(transaction: Transaction, lost: Mapping[int, Receipt]) -> None:
    """Retry lost texts, or use the next phone, a call or a visit to the door instead.

    A text to a handset that is off is repeated once. A text lost by the account or the route is
    repeated twice. After that, the text goes to the household's next phone; without one, the
    household is called. If no text can ever reach the number, the text goes to the next phone at
    once; without one, somebody is sent to the door.
    """
    now = max((item.received_at for item in lost.values()), default=None)
    if now is None:
        return
    never = {d for d, item in lost.items() if item.failure is Failure.NEVER}
    by_route = {d for d, item in lost.items() if item.failure in _OF_THE_ROUTE and d not in never}
    send_to_doors(transaction, never, now)
    of_a_phone = {d for d, item in lost.items() if item.failure is Failure.ONCE_MORE}
    again: set[int] = set()
    for of_kind, most in ((by_route, _MOST_BY_ROUTE), (of_a_phone, _MOST_BY_PHONE)):
        asked = {"lost": sorted(of_kind), "due": now + WAIT_BEFORE_ONCE_MORE, "most": most}
        again |= set(transaction.connection.execute(_AGAIN, asked).scalars())
    call_instead(transaction, (by_route | of_a_phone) - again, now)


_OF_THE_ROUTE: Final = frozenset(
    {Failure.RETRY, Failure.PAGE_OPERATOR, Failure.UNLISTED, Failure.NO_ROUTE}
)


def _note_losses(
    transaction: Transaction, items: Sequence[Receipt], known: Mapping[str, Any]
) -> None:
    """Update the SMS providers' health by these receipts, in name order to avoid deadlocks."""
    reported: dict[str, bool] = {}
    for item in items:
        attempt = known[item.token]
        is_loss = item.state in LOST and is_loss_of_route(item.error_code)
        if attempt.channel == Channel.SMS and (is_loss or item.state is DeliveryState.DELIVERED):
            reported[attempt.provider] = reported.get(attempt.provider, False) or is_loss
    rules, now = transaction.policy.provider, items[-1].received_at
    for name, any_lost in sorted(reported.items()):
        note_receipts(transaction.connection, name, now, rules, any_lost=any_lost)


def _arrived_after_all(before: DeliveryState, state: DeliveryState) -> bool:
    return before not in MAY_HAVE_ARRIVED and state in MAY_HAVE_ARRIVED


_RECEIPTED: Final = (
    select(
        attempts.c.token,
        attempts.c.number,
        attempts.c.provider,
        attempts.c.provider_id,
        deliveries.c.channel,
        deliveries.c.id,
        deliveries.c.alert,
        deliveries.c.state,
        deliveries.c.attempts,
    )
    .join(deliveries, deliveries.c.id == attempts.c.delivery)
    .where(attempts.c.token.in_(bindparam("tokens", expanding=True)))
    .order_by(deliveries.c.id)
)

_RECEIPTED_LOCKED: Final = _RECEIPTED.with_for_update(of=deliveries)


def _receipt_row(item: Receipt) -> dict[str, Any]:
    return {
        "attempt": item.token,
        "provider_id": item.provider_id,
        "status": item.status,
        "error_code": item.error_code,
        "received_at": item.received_at,
    }
