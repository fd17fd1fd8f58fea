"""Receipts: a provider's status reports on attempts, kept, and applied to the deliveries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, exists, func, insert, select, update

from alerting.deliveries.corrections import owe_late
from alerting.deliveries.progress import log_ends
from alerting.deliveries.rules.delivery import (
    MAY_HAVE_ARRIVED,
    WAIT_BEFORE_ONCE_MORE,
    DeliveryState,
    Failure,
    after_receipt,
    classify,
    state_of,
)
from alerting.deliveries.tables import attempts, deliveries, receipts
from alerting.deliveries.unreachable import call_instead, send_to_doors
from alerting.errors import InvalidError, NotFoundError
from alerting.ledger.events.sending import DeliveriesReceipted
from alerting.ledger.writer import Transaction
from alerting.metrics import RECEIPTS
from alerting.policy.sections import Channel
from alerting.runtime import Runtime


async def record_receipt(
    runtime: Runtime, token: str, provider_id: str, status: str, error_code: int | None
) -> None:
    """Record one status callback.

    Raises:
        NotFoundError: if no attempt has this token.
        InvalidError: if the status is unknown.
    """
    try:
        state = state_of(status)
    except ValueError as unknown:
        raise InvalidError("MessageStatus", str(unknown)) from None
    RECEIPTS.labels(status).inc()
    failure = classify(error_code, None) if error_code else None
    now = runtime.clock.now()
    receipt = Receipt(token, provider_id, state, status, error_code, now, failure)
    if not await runtime.ledger.write_item(record_receipts, receipt):
        raise NotFoundError(f"no attempt has the token {token!r}")


@dataclass(frozen=True, slots=True)
class NamedReceipt:
    """A status report that names a text by the provider's id.

    This provider's error codes are not interpreted: every loss is retried once.
    """

    provider: str
    provider_id: str
    """The id as the report has it."""
    may_mean: Sequence[Sequence[str]]
    """Spellings that the provider may have given the id before, by kind, the likeliest first."""
    phones: Sequence[str]
    """Addresses in the report: one of them may be the phone that the text went to."""
    state: DeliveryState
    error_code: int | None


async def record_receipt_by_id(runtime: Runtime, named: NamedReceipt) -> None:
    """Record a status report that names a text by the provider's id.

    Raises:
        NotFoundError: if no attempt has this id; the id of a new attempt may not be stored yet.
    """
    found = await runtime.database.read(lambda db: named_attempt(db, named))
    if found is None:
        name = named.provider_id
        raise NotFoundError(f"no attempt by {named.provider} has the id {name!r}")
    token, provider_id = found
    RECEIPTS.labels(named.state).inc()
    failure = Failure.ONCE_MORE if named.state in _LOST else None
    now = runtime.clock.now()
    state = named.state
    receipt = Receipt(token, provider_id, state, state, named.error_code, now, failure)
    await runtime.ledger.write_item(record_receipts, receipt)


_LOST: Final = (DeliveryState.FAILED, DeliveryState.UNDELIVERED)


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
    """The kind of failure; None: no error was reported."""


def record_receipts(transaction: Transaction, items: Sequence[Receipt]) -> list[bool]:
    """Store receipts and apply them to their deliveries; return for each whether it was ours.

    Receipts may come early, late, repeated and in any order: a state's rank never falls, unless
    a lost text is queued again.
    """
    connection = transaction.connection
    tried = _receipted({item.token for item in items})
    alerts_of = {row.token: row.alert for row in connection.execute(tried)}
    ours = [item for item in items if item.token in alerts_of]
    if not ours:
        return [False] * len(items)
    transaction.lock(list(alerts_of.values()))
    # Read under the lock, so that another process's latest write is not undone.
    known = {row.token: row for row in connection.execute(tried.with_for_update(of=deliveries))}
    connection.execute(insert(receipts), [_receipt_row(item) for item in ours])
    states = {row.id: DeliveryState(row.state) for row in known.values()}
    news: dict[int, Receipt] = {}
    for item in ours:
        attempt = known[item.token]
        delivery, is_latest = attempt.id, attempt.number == attempt.attempts
        states[delivery] = after_receipt(states[delivery], item.state, is_latest_try=is_latest)
        if states[delivery] is item.state:
            news[delivery] = item
    if news:
        connection.execute(
            _ADVANCE,
            [
                {
                    "delivery": d,
                    "next_state": states[d],
                    "error": news[d].error_code,
                    "accepted": ours[-1].received_at,
                }
                for d in sorted(news)
            ],
        )
        _go_on_without(transaction, {d: i for d, i in news.items() if states[d] in _LOST_STATES})
    connection.execute(
        _HEAL, [{"attempt_token": item.token, "given_id": item.provider_id} for item in ours]
    )
    before = {row.id: DeliveryState(row.state) for row in known.values()}
    arrived = [d for d in news if _arrived_after_all(before[d], states[d])]
    if arrived:
        owe_late(transaction, arrived, ours[-1].received_at)
    log_ends(
        transaction,
        DeliveriesReceipted,
        ours[-1].received_at,
        [(known[item.token].alert, item.state) for item in ours],
    )
    return [item.token in known for item in items]


def named_attempt(connection: Connection, named: NamedReceipt) -> tuple[str, str] | None:
    """Return token and id of the attempt that a report is about; None if there is none.

    The id as it stands is looked for first. Providers report other spellings of an id than they
    gave, and give ids again: of several attempts the one to the report's phone is meant, else the
    likeliest spelling, else the latest.
    """
    exact = _attempts_with(connection, named.provider, [named.provider_id])
    ends = {end for phone in named.phones if len(end := phone[-_TELLING:]) == _TELLING}
    if found := next((row for row in exact if not ends or row.number[-_TELLING:] in ends), None):
        return found.token, found.provider_id
    order = {each: kind for kind, ids in reversed(list(enumerate(named.may_mean))) for each in ids}
    near = _attempts_with(connection, named.provider, list(order))
    to_phone = [row for row in near if row.number[-_TELLING:] in ends]
    telling = [row for row in near if len(row.provider_id.lstrip("0")) >= _TELLING]
    likely = to_phone or exact or telling
    best = min(likely, key=lambda row: order.get(row.provider_id, 0), default=None)
    return best and (best.token, best.provider_id)


_TELLING: Final = 8
"""Last digits that tell phones apart, and the length of an id that is no coincidence."""


def _attempts_with(connection: Connection, provider: str, ids: Collection[str]) -> Sequence[Any]:
    """Return the attempts to which a provider gave one of these ids, the latest first."""
    return connection.execute(_NAMED, {"by": provider, "ids": ids}).all()


_NAMED: Final = (
    select(attempts.c.token, attempts.c.provider_id, deliveries.c.number)
    .join(deliveries, deliveries.c.id == attempts.c.delivery)
    .where(
        attempts.c.provider == bindparam("by"),
        attempts.c.provider_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(attempts.c.started_at.desc(), attempts.c.token)
)


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

_LOST_STATES: Final = (DeliveryState.UNDELIVERED, DeliveryState.FAILED)

_PERHAPS: Final = (Failure.ONCE_MORE, Failure.UNLISTED)

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
        deliveries.c.state.in_(_LOST_STATES),
        deliveries.c.attempts == 1,
        deliveries.c.expires_at > bindparam("due", type_=deliveries.c.due_at.type),
        # An older text must not arrive after its correction.
        ~_HEARD_MORE,
    )
    .values(state=DeliveryState.QUEUED, due_at=bindparam("due", type_=deliveries.c.due_at.type))
    .returning(deliveries.c.id)
)


def _go_on_without(transaction: Transaction, lost: Mapping[int, Receipt]) -> None:
    """Retry the texts that did not arrive, call the household, or send somebody to the door.

    After an unreachable handset or an unlisted error the text is sent once more; then the
    household is called. A number that no text can reach goes to the door at once.
    """
    never = {d for d, item in lost.items() if item.failure is Failure.NEVER}
    perhaps = {d for d, item in lost.items() if item.failure in _PERHAPS}
    now = max((item.received_at for item in lost.values()), default=None)
    if now is None:
        return
    send_to_doors(transaction, never, now)
    again = transaction.connection.execute(
        _AGAIN, {"lost": sorted(perhaps), "due": now + WAIT_BEFORE_ONCE_MORE}
    )
    call_instead(transaction, perhaps - set(again.scalars()), now)


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
