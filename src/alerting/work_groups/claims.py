"""Claims posts to work groups: one at a time for each group, within the group's rate limit."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, literal, select

from alerting.deliveries.claims import Claimed, begin_attempts, claim_of
from alerting.deliveries.outcomes import Outcome, apply_outcomes
from alerting.deliveries.progress import log_results
from alerting.deliveries.providers import bucket_of, spend
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.providers import Provider
from alerting.deliveries.tables import deliveries
from alerting.ledger.events.sending import GroupsAttempted
from alerting.ledger.writer import Transaction
from alerting.policy.sections import Channel
from alerting.work_groups.rules import pace_of

GROUPS: Final = Provider("work-groups", Channel.GROUP, ("work-groups",))
"""The `provider` of posts. Their attempts do not affect the health of SMS providers."""

# A literal, as in `alerting.deliveries.claims`, because the partial index is used only then.
_QUEUED: Final = deliveries.c.state == literal(DeliveryState.QUEUED, literal_execute=True)

_DUE: Final = (
    select(
        deliveries.c.id,
        deliveries.c.recipient,
        func.row_number()
        .over(
            partition_by=deliveries.c.recipient,
            order_by=(deliveries.c.priority, deliveries.c.id),
        )
        .label("place"),
    )
    .where(
        _QUEUED,
        deliveries.c.channel == Channel.GROUP,
        deliveries.c.due_at <= bindparam("at", type_=deliveries.c.due_at.type),
        deliveries.c.expires_at > bindparam("at", type_=deliveries.c.expires_at.type),
        deliveries.c.recipient.in_(bindparam("names", expanding=True)),
    )
    .subquery()
)

_FIRST: Final = (
    select(_DUE.c.id, _DUE.c.recipient).where(_DUE.c.place == 1).order_by(_DUE.c.recipient)
)

# The state is checked again, because another process may have claimed the row meanwhile.
_CLAIM: Final = claim_of(deliveries.c.id.in_(bindparam("ids", expanding=True)), _QUEUED)


def claim_posts(
    transaction: Transaction,
    names: Collection[str],
    room: int,
    *,
    now: datetime,
    wall: datetime,
    lease_until: datetime,
) -> list[Claimed]:
    """Claim the first due post of each of these groups, for at most `room` groups.

    A claim's `number` is the group's name. Groups whose rate limit is exhausted are skipped.
    """
    connection, per_minute = transaction.connection, transaction.policy.work_group.per_minute
    ids: list[int] = []
    for row in connection.execute(_FIRST, {"names": sorted(names), "at": now}).all():
        if len(ids) == room:
            break
        # Uses the machine's clock, because the chat services limit rates in real time.
        pace = pace_of(row.recipient, per_minute)
        bucket = bucket_of(connection, pace, wall)
        if bucket.tokens >= 1:
            spend(connection, pace, bucket, 1)
            ids.append(row.id)
    if not ids:
        return []
    rows = connection.execute(_CLAIM, {"ids": ids, "until": lease_until}).all()
    group_of = {row.id: row.recipient for row in rows}
    claimed = begin_attempts(connection, rows, GROUPS, wall)
    return [replace(one, number=group_of[one.delivery]) for one in claimed]


def record_posts(transaction: Transaction, outcomes: Sequence[Outcome]) -> list[None]:
    """Write the outcomes of posts; skip those whose claim is no longer current."""
    transaction.lock([outcome.claimed.alert for outcome in outcomes])
    if current := apply_outcomes(transaction, outcomes):
        ends = [(one.claimed.alert, one.kind) for one in current]
        log_results(transaction, GroupsAttempted, current[-1].now, ends)
    return [None] * len(outcomes)
