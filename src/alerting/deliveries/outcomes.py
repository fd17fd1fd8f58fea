"""Record the outcomes of attempts, and send lost messages another way."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, func, or_, select, update

from alerting.deliveries.claims import IN_DOUBT, Claimed
from alerting.deliveries.progress import log_results
from alerting.deliveries.providers import note
from alerting.deliveries.rules.delivery import (
    NO_ROUTE_CODES,
    DeliveryState,
    Failure,
    OutcomeKind,
)
from alerting.deliveries.rules.providers import Provider, Sign
from alerting.deliveries.tables import attempts, deliveries
from alerting.deliveries.unreachable import call_instead, send_to_doors
from alerting.ledger.events.sending import DeliveriesAttempted, ProviderNeedsOperator
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction


@dataclass(frozen=True)
class Outcome:
    """The outcome of an attempt, and the delivery's next state."""

    claimed: Claimed
    kind: OutcomeKind
    next_state: DeliveryState
    finished_at: datetime
    now: datetime
    provider_id: str | None = None
    failure: Failure | None = None
    error_code: int | None = None
    sign: Sign | None = None
    """The sign of the provider's health that the answer gives; None if it gives none."""
    due_at: datetime | None = None
    """When to try again, if the next state is `QUEUED`."""
    lease_until: datetime | None = None
    """When to ask the provider for the outcome, if the next state is `UNKNOWN`."""

    @property
    def is_new(self) -> bool:
        """False if this is one more unknown outcome of an attempt already stored as unknown."""
        return self.kind is not OutcomeKind.UNKNOWN or not self.claimed.is_known_doubtful


_MOVE_ON: Final = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("delivery"),
        deliveries.c.attempts == bindparam("attempt"),
        # OR instead of IN, because executemany does not support IN's expanding parameter.
        or_(*(deliveries.c.state == state for state in IN_DOUBT)),
    )
    .values(
        state=bindparam("next_state"),
        due_at=func.coalesce(bindparam("due", type_=deliveries.c.due_at.type), deliveries.c.due_at),
        lease_until=bindparam("lease"),
        accepted_at=func.coalesce(
            deliveries.c.accepted_at,
            bindparam("accepted", type_=deliveries.c.accepted_at.type),
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
        provider_id=func.coalesce(bindparam("given_id"), attempts.c.provider_id),
        error_code=bindparam("error"),
        failure=bindparam("failed_by"),
    )
)

_AWAITED: Final = (
    select(attempts.c.token)
    .join(deliveries, deliveries.c.id == attempts.c.delivery)
    .where(
        attempts.c.token.in_(bindparam("tokens", expanding=True)),
        attempts.c.number == deliveries.c.attempts,
        or_(attempts.c.outcome.is_(None), attempts.c.outcome == OutcomeKind.UNKNOWN),
    )
)


def record_outcomes(transaction: Transaction, outcomes: Sequence[Outcome]) -> list[None]:
    """Record outcomes and their consequences; skip attempts that already have an outcome.

    Attempts that a later attempt has replaced are skipped too. The list returned has one None for
    each outcome, as the ledger's writer requires.
    """
    transaction.lock([outcome.claimed.alert for outcome in outcomes])
    _note_signs(transaction, outcomes)
    if current := apply_outcomes(transaction, outcomes):
        _record(transaction, current)
    return [None] * len(outcomes)


def apply_outcomes(transaction: Transaction, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Store the deliveries' next states and the attempts' outcomes; return the outcomes stored.

    Outcomes of attempts that are settled already or are not the latest are left out. The caller
    must hold the alerts' locks, because another process may have taken over an expired lease.
    """
    tokens = {"tokens": [outcome.claimed.token for outcome in outcomes]}
    awaited = set(transaction.connection.execute(_AWAITED, tokens).scalars())
    current = [outcome for outcome in outcomes if outcome.claimed.token in awaited]
    if current:
        transaction.connection.execute(_MOVE_ON, [_delivery_values(one) for one in current])
        transaction.connection.execute(_FINISH, [_attempt_values(one) for one in current])
    return current


def _record(transaction: Transaction, outcomes: Sequence[Outcome]) -> None:
    log_results(
        transaction,
        DeliveriesAttempted,
        outcomes[-1].now,
        [(o.claimed.alert, o.kind) for o in outcomes if o.is_new],
    )
    _page_operator(transaction, [o for o in outcomes if o.failure is Failure.PAGE_OPERATOR])
    never = {o.claimed.delivery for o in outcomes if o.failure is Failure.NEVER}
    never |= _unreached_by_all(transaction, outcomes)
    send_to_doors(transaction, never, outcomes[-1].now)
    given_up = {
        o.claimed.delivery for o in outcomes if o.next_state is DeliveryState.REFUSED
    } - never
    call_instead(transaction, given_up, outcomes[-1].now)


def _unreached_by_all(transaction: Transaction, outcomes: Sequence[Outcome]) -> set[int]:
    """Mark deliveries as refused if no provider reaches their numbers; return their ids."""
    asked = {
        o.claimed.delivery: set(o.claimed.provider.preference)
        for o in outcomes
        if o.failure is Failure.NO_ROUTE
    }
    if not asked:
        return set()
    for row in transaction.connection.execute(_WITHOUT_ROUTE, {"ids": sorted(asked)}):
        asked[row.delivery].discard(row.provider)
    gone = {delivery for delivery, left in asked.items() if not left}
    transaction.connection.execute(_REFUSE, {"ids": sorted(gone)})
    return gone


_WITHOUT_ROUTE: Final = select(attempts.c.delivery, attempts.c.provider).where(
    attempts.c.delivery.in_(bindparam("ids", expanding=True)),
    attempts.c.outcome == OutcomeKind.REFUSED,
    attempts.c.error_code.in_(NO_ROUTE_CODES),
)

_REFUSE: Final = (
    update(deliveries)
    .where(
        deliveries.c.id.in_(bindparam("ids", expanding=True)),
        deliveries.c.state == DeliveryState.QUEUED,
    )
    .values(state=DeliveryState.REFUSED)
)


def _delivery_values(outcome: Outcome) -> dict[str, Any]:
    return {
        "delivery": outcome.claimed.delivery,
        "attempt": outcome.claimed.attempt,
        "next_state": outcome.next_state,
        "due": outcome.due_at,
        "lease": outcome.lease_until,
        "accepted": outcome.now if outcome.kind is OutcomeKind.ACCEPTED else None,
        "error": outcome.error_code,
    }


def _attempt_values(outcome: Outcome) -> dict[str, Any]:
    return {
        "attempt_token": outcome.claimed.token,
        "finished": outcome.finished_at,
        "kind": outcome.kind,
        "given_id": outcome.provider_id,
        "error": outcome.error_code,
        "failed_by": outcome.failure,
    }


def _note_signs(transaction: Transaction, outcomes: Sequence[Outcome]) -> None:
    """Update the providers' health, in name order so that row locks cannot deadlock."""
    signs: dict[Provider, list[Sign]] = defaultdict(list)
    for outcome in sorted(outcomes, key=lambda one: one.claimed.provider.name):
        if outcome.sign:
            signs[outcome.claimed.provider].append(outcome.sign)
    for provider, said in signs.items():
        rules = transaction.policy.provider
        note(transaction.connection, provider, said, outcomes[-1].now, rules)


def _page_operator(transaction: Transaction, refused: Sequence[Outcome]) -> None:
    """Log in each affected alert that an operator must repair the account at a provider."""
    codes: dict[int, set[int]] = defaultdict(set)
    for outcome in refused:
        codes[outcome.claimed.alert].add(outcome.error_code or 0)
    for alert in sorted(codes):
        payload, now = ProviderNeedsOperator(codes=tuple(sorted(codes[alert]))), refused[-1].now
        asked = {"alert": alert, "since": now - _PAGED_FOR}
        paged = transaction.connection.execute(_PAGED, asked).scalars()
        if payload.written() not in paged:
            transaction.append(alert, payload, now)


_PAGED_FOR: Final = timedelta(minutes=10)
"""The same refusal is logged once in this time, though the provider is tried every few seconds."""

_PAGED: Final = select(events.c.payload).where(
    events.c.alert == bindparam("alert"),
    events.c.at > bindparam("since", type_=events.c.at.type),
    events.c.kind == ProviderNeedsOperator.kind,
)
