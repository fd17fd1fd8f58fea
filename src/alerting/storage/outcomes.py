"""What came of attempts, written where the delivery still waits for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, or_, select, update

from alerting.core.delivery import DeliveryState, OutcomeKind, never_reaches
from alerting.storage.claims import IN_DOUBT, Claimed
from alerting.storage.ends import ATTEMPTED, log_ends
from alerting.storage.ledger import Transaction
from alerting.storage.out_of_reach import send_to_doors
from alerting.storage.tables import attempts, deliveries

NEEDS_OPERATOR: Final = "provider.needs_operator"


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
    needs_operator: bool = False
    """Whether nothing will be sent by this provider until an operator mends its account."""


_SETTLE: Final = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("delivery"),
        deliveries.c.attempts == bindparam("attempt"),
        # No IN: its expanding parameter cannot be part of a statement for many rows.
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
        provider_id=func.coalesce(bindparam("provider"), attempts.c.provider_id),
        error_code=bindparam("error"),
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
    """Write what came of attempts; one whose delivery went on without it writes nothing."""
    transaction.lock([outcome.claimed.alert for outcome in outcomes])
    # Read only now: another process may have looked an attempt up that this one has overslept.
    tokens = {"tokens": [outcome.claimed.token for outcome in outcomes]}
    awaited = set(transaction.connection.execute(_AWAITED, tokens).scalars())
    current = [outcome for outcome in outcomes if outcome.claimed.token in awaited]
    if current:
        _record(transaction, current)
    return [None] * len(outcomes)


def _record(transaction: Transaction, outcomes: Sequence[Outcome]) -> None:
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
    log_ends(
        transaction,
        ATTEMPTED,
        outcomes[-1].now,
        [(o.claimed.alert, o.kind) for o in outcomes],
    )
    for alert in sorted({o.claimed.alert for o in outcomes if o.needs_operator}):
        codes = {o.error_code for o in outcomes if o.needs_operator and o.claimed.alert == alert}
        payload = {"codes": sorted(code or 0 for code in codes)}
        transaction.append(alert, NEEDS_OPERATOR, outcomes[-1].now, payload=payload)
    refused = {o.claimed.delivery for o in outcomes if never_reaches(o.error_code)}
    send_to_doors(transaction, refused, outcomes[-1].now)
