"""Claims: a process leases deliveries, so that no other process sends them."""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Connection,
    bindparam,
    exists,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from alerting.cap.alert import Status
from alerting.cap.lifecycle import OVER
from alerting.database.bulk import among
from alerting.deliveries.channel import NO_CONTENT, Content
from alerting.deliveries.progress import log_results
from alerting.deliveries.rules.delivery import NO_ROUTE_CODES, DeliveryState, OutcomeKind
from alerting.deliveries.rules.providers import Provider
from alerting.deliveries.tables import attempts, deliveries
from alerting.deliveries.texts import DeliveryBody, bodies_of
from alerting.ledger.events.sending import DeliveriesExpired
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction

IN_DOUBT: Final = (DeliveryState.SENDING, DeliveryState.UNKNOWN)
"""States of a delivery whose latest attempt has not been answered."""


@dataclass(frozen=True)
class Claimed:
    """A delivery that this process may attempt until its lease expires."""

    delivery: int
    alert: int
    number: str
    body: str
    segments: int
    """Segments of the text; 0 for a call."""
    expires_at: datetime
    attempt: int
    """Number of this attempt, from 1; also the fencing token."""
    provider: Provider
    """The provider that sends it, or that is asked what became of it."""
    token: str
    """The attempt's token, which is part of the status callback's URL."""
    started_at: datetime
    lease_until: datetime
    content: Content = NO_CONTENT
    doubts: int = 0
    """Number of earlier attempts that were never answered."""
    is_known_doubtful: bool = False
    """True if the outcome of this attempt is already stored as unknown."""


# PostgreSQL's statistics are often out of date. If they were taken between two alerts, they say
# that no row is queued or being sent. The planner would then join all rows with all rows, and a
# claim would take a second. So these statements allow only one plan, which is fast for any number
# of rows. The states are literals, because a cached plan cannot use partial indexes otherwise.
_QUEUED: Final = deliveries.c.state == literal(DeliveryState.QUEUED, literal_execute=True)

# Always true. The planner uses the expiry index only for statements with this condition, so that
# claims keep to their own index.
_IN_ORDER_OF_EXPIRY: Final = deliveries.c.attempts >= literal_column("0")

_EARLIER: Final = deliveries.alias("earlier")

# The OFFSET is an optimisation fence: it makes the planner find the recipient's rows by their index
# before it filters them.
_OF_THE_RECIPIENT: Final = (
    select(_EARLIER)
    .where(_EARLIER.c.alert == deliveries.c.alert, _EARLIER.c.recipient == deliveries.c.recipient)
    .correlate(deliveries)
    .offset(literal_column("0"))
    .subquery("of_the_recipient")
)

_EARLIER_ON_ITS_WAY: Final = exists().where(
    _OF_THE_RECIPIENT.c.number == deliveries.c.number,
    _OF_THE_RECIPIENT.c.id < deliveries.c.id,
    _OF_THE_RECIPIENT.c.state == DeliveryState.SENDING,
    _OF_THE_RECIPIENT.c.lease_until > bindparam("wall"),
)

_ANYTHING: Final = (
    select(deliveries.c.id)
    .where(_QUEUED, deliveries.c.channel == bindparam("by"), deliveries.c.due_at <= bindparam("at"))
    .limit(1)
)

_HAS_NO_ROUTE: Final = deliveries.c.error_code.in_(NO_ROUTE_CODES)

_ANY_WITHOUT_ROUTE: Final = _ANYTHING.where(_HAS_NO_ROUTE)

# A provider is not asked again after it has reported that it cannot reach the number.
_REFUSED_BEFORE: Final = exists().where(
    attempts.c.delivery == deliveries.c.id,
    attempts.c.provider == bindparam("name"),
    attempts.c.outcome == OutcomeKind.REFUSED,
    attempts.c.error_code.in_(NO_ROUTE_CODES),
)

_IS_REHEARSAL: Final = exists().where(
    alerts.c.id == deliveries.c.alert, alerts.c.status != Status.ACTUAL
)

_ANY_LIVE: Final = (
    select(alerts.c.id)
    .where(alerts.c.status == Status.ACTUAL, alerts.c.state.not_in(sorted(OVER)))
    .limit(1)
)

# This is a CTE because PostgreSQL may run a subquery again for each row and claim too many rows.
_WAITING: Final = (
    select(deliveries.c.id)
    .where(
        _QUEUED,
        deliveries.c.attempts <= bindparam("tried"),
        deliveries.c.channel == bindparam("by"),
        deliveries.c.due_at <= bindparam("at"),
        deliveries.c.expires_at > bindparam("at"),
        ~_EARLIER_ON_ITS_WAY,
        or_(deliveries.c.attempts == literal_column("0"), ~_REFUSED_BEFORE),
        or_(bindparam("with_route_too", type_=Boolean()), _HAS_NO_ROUTE),
        or_(bindparam("rehearsals_too", type_=Boolean()), ~_IS_REHEARSAL),
    )
    .order_by(deliveries.c.priority, deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=deliveries)
    .cte("waiting")
)


def claim_of(*chosen: ColumnElement[bool]) -> ReturningUpdate[Any]:
    """Return an UPDATE that leases the chosen deliveries for one attempt each.

    The statement's parameter `until` is the end of the lease.
    """
    return (
        update(deliveries)
        .where(*chosen)
        .values(
            state=DeliveryState.SENDING,
            lease_until=bindparam("until"),
            attempts=deliveries.c.attempts + 1,
        )
        .returning(deliveries)
    )


_CLAIM: Final = claim_of(among(deliveries.c.id, select(_WAITING.c.id)))

_BEGIN_ATTEMPT: Final = insert(attempts)

# The states are literals, because the planner cannot use `deliveries_in_doubt` with parameters.
_STATES_IN_DOUBT: Final[BindParameter[Any]] = bindparam(
    "in_doubt", IN_DOUBT, expanding=True, literal_execute=True
)

_DOUBTFUL: Final = (
    select(deliveries.c.id)
    .where(
        deliveries.c.state.in_(_STATES_IN_DOUBT),
        deliveries.c.channel == bindparam("by"),
        deliveries.c.lease_until < bindparam("wall"),
        # The channel's other providers look up their own attempts. Any provider may look up the
        # attempts of a provider that has been removed.
        exists().where(
            attempts.c.delivery == deliveries.c.id,
            attempts.c.number == deliveries.c.attempts,
            attempts.c.provider.not_in(bindparam("peers", expanding=True)),
        ),
    )
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("doubtful")
)

_CLAIM_DOUBTFUL: Final = (
    update(deliveries)
    .where(among(deliveries.c.id, select(_DOUBTFUL.c.id)))
    .values(state=DeliveryState.UNKNOWN, lease_until=bindparam("until"))
    .returning(deliveries)
)


def claim(
    transaction: Transaction,
    provider: Provider,
    limit: int,
    *,
    now: datetime,
    wall: datetime,
    lease_until: datetime,
    untried: bool = False,
    only_without_route: bool = False,
) -> list[Claimed]:
    """Claim up to `limit` queued deliveries of the provider's channel, the most urgent first.

    An attempt at each is recorded. With `untried`, only deliveries without an attempt are claimed.
    With `only_without_route`, they must go to numbers that another provider does not reach.

    A delivery waits while an earlier delivery of the same alert is being sent to the same phone,
    because a correction must not overtake the text that it corrects.
    """
    asked = {"by": provider.channel, "most": limit, "at": now, "wall": wall, "until": lease_until}
    asked |= {"name": provider.name, "with_route_too": not only_without_route}
    asked["tried"] = 0 if untried else _HOWEVER_OFTEN
    taken = _claim_rows(transaction.connection, asked)
    return begin_attempts(transaction.connection, taken, provider, wall)


def _claim_rows(connection: Connection, asked: Mapping[str, Any]) -> list[Any]:
    """Claim rows of actual alerts before rows of exercises, and urgent rows before others."""
    taken: list[Any] = []
    is_live = connection.execute(_ANY_LIVE).first() is not None
    for rehearsals_too in (False, True) if is_live else (True,):
        if left := asked["most"] - len(taken):
            wanted = {**asked, "most": left, "rehearsals_too": rehearsals_too}
            taken += sorted(connection.execute(_CLAIM, wanted).all(), key=_urgency)
    return taken


def claim_doubtful(
    transaction: Transaction,
    provider: Provider,
    limit: int,
    *,
    wall: datetime,
    lease_until: datetime,
) -> list[Claimed]:
    """Claim deliveries whose attempt got no answer, so that the provider is asked about them.

    Their lease has expired: in state `SENDING`, because their process is gone; in state `UNKNOWN`,
    because it is time to ask again.
    """
    asked = {"by": provider.channel, "most": limit, "wall": wall, "until": lease_until}
    asked["peers"] = provider.peers
    taken = transaction.connection.execute(_CLAIM_DOUBTFUL, asked).all()
    if not taken:
        return []
    tries: dict[int, list[Any]] = defaultdict(list)
    for row in transaction.connection.execute(
        select(attempts)
        .where(attempts.c.delivery.in_([row.id for row in taken]))
        .order_by(attempts.c.number)
    ):
        tries[row.delivery].append(row)
    bodies = bodies_of(transaction.connection, taken)
    return [
        replace(
            to_claimed(row, bodies[row.id], provider, last.token, last.started_at),
            doubts=sum(one.outcome in _UNANSWERED for one in earlier),
            is_known_doubtful=last.outcome == OutcomeKind.UNKNOWN,
        )
        for row in taken
        for *earlier, last in [tries[row.id]]
    ]


_HOWEVER_OFTEN: Final = 2**31 - 1

_UNANSWERED: Final = (None, OutcomeKind.UNKNOWN)


def anything_waits(connection: Connection, provider: Provider, now: datetime) -> bool:
    """Return whether a due delivery is queued on the provider's channel."""
    asked = {"by": provider.channel, "at": now}
    return connection.execute(_ANYTHING, asked).first() is not None


def any_without_route(connection: Connection, provider: Provider, now: datetime) -> bool:
    """Return whether a due delivery waits because one provider does not reach its number."""
    asked = {"by": provider.channel, "at": now}
    return connection.execute(_ANY_WITHOUT_ROUTE, asked).first() is not None


def expire(transaction: Transaction, now: datetime) -> int:
    """Mark queued deliveries as expired after their expiry; return their number."""
    expired = transaction.connection.execute(
        update(deliveries)
        .where(_QUEUED, _IN_ORDER_OF_EXPIRY, deliveries.c.expires_at <= now)
        .values(state=DeliveryState.EXPIRED)
        .returning(deliveries.c.alert)
    ).all()
    log_results(
        transaction,
        DeliveriesExpired,
        now,
        [(row.alert, DeliveryState.EXPIRED) for row in expired],
    )
    return len(expired)


def to_claimed(
    row: Any, text: DeliveryBody, provider: Provider, token: str, started_at: datetime
) -> Claimed:
    """Return the claim on a row of `deliveries`."""
    return Claimed(
        delivery=row.id,
        alert=row.alert,
        number=row.number,
        body=text.body,
        segments=text.segments,
        expires_at=row.expires_at,
        attempt=row.attempts,
        provider=provider,
        token=token,
        started_at=started_at,
        lease_until=row.lease_until or started_at,
        content=text.content,
    )


def _urgency(row: Any) -> tuple[int, int]:
    return row.priority, row.id


def begin_attempts(
    connection: Connection, rows: Sequence[Any], provider: Provider, wall: datetime
) -> list[Claimed]:
    """Record an attempt at each of these leased rows of `deliveries`; return the claims on them."""
    bodies = bodies_of(connection, rows)
    claimed = [
        to_claimed(row, bodies[row.id], provider, secrets.token_urlsafe(18), wall) for row in rows
    ]
    if claimed:
        connection.execute(_BEGIN_ATTEMPT, [_attempt_row(c) for c in claimed])
    return claimed


def _attempt_row(claimed: Claimed) -> dict[str, Any]:
    return {
        "token": claimed.token,
        "delivery": claimed.delivery,
        "number": claimed.attempt,
        "provider": claimed.provider.name,
        "started_at": claimed.started_at,
    }
