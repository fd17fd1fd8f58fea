"""Store the health of providers and the token buckets of senders, for all processes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    bindparam,
    delete,
    exists,
    select,
    update,
)

from alerting.database.bulk import insert_missing
from alerting.deliveries.rules.delivery import DeliveryState, is_loss_of_route
from alerting.deliveries.rules.providers import (
    RECEIPTS_WITHIN,
    Bucket,
    Condition,
    Health,
    Pace,
    Provider,
    Sign,
    after_receipts,
    after_signs,
    full,
    refill,
)
from alerting.deliveries.tables import attempts, deliveries, paces, providers, receipts
from alerting.policy.sections import Channel, ProviderRules

log = structlog.get_logger()

_HELD: Final = select(paces).where(paces.c.sender == bindparam("who")).with_for_update()

_SPEND: Final = (
    update(paces)
    .where(paces.c.sender == bindparam("who"))
    .values(tokens=bindparam("left"), filled_at=bindparam("at"))
)


def bucket_of(connection: Connection, pace: Pace, now: datetime) -> Bucket:
    """Return the sender's refilled bucket; its row stays locked until the transaction ends."""
    asked = {"who": pace.sender}
    row = connection.execute(_HELD, asked).one_or_none()
    if row is None:
        begun = full(pace, now)
        first = {"sender": pace.sender, "tokens": begun.tokens, "filled_at": begun.filled_at}
        insert_missing(connection, paces, [first])
        row = connection.execute(_HELD, asked).one()
    return refill(Bucket(row.tokens, row.filled_at), pace, now)


def spend(connection: Connection, pace: Pace, bucket: Bucket, tokens: int) -> None:
    """Take `tokens` from a bucket that this transaction got from `bucket_of`."""
    left, at = bucket.tokens - tokens, bucket.filled_at
    connection.execute(_SPEND, {"who": pace.sender, "left": left, "at": at})


_OF: Final = (
    select(providers)
    .where(providers.c.name.in_(bindparam("names", expanding=True)))
    .order_by(providers.c.name)
)

_BEGIN_TRIAL: Final = (
    update(providers)
    .where(
        providers.c.name == bindparam("who"),
        providers.c.next_trial_at <= bindparam("at", type_=providers.c.next_trial_at.type),
    )
    .values(next_trial_at=bindparam("next"))
)


def enlist(connection: Connection, names: Iterable[str], now: datetime) -> None:
    """Insert a row for each new provider, and delete the rows of all providers not in `names`."""
    wanted = set(names)
    connection.execute(delete(providers).where(providers.c.name.not_in(wanted)))
    well = {"next_trial_at": now, **asdict(Health(now))}
    insert_missing(connection, providers, [{"name": name, **well} for name in sorted(wanted)])


def healths_of(connection: Connection, names: Sequence[str], now: datetime) -> dict[str, Health]:
    """Return the health of these providers by name; a provider without a row counts as healthy."""
    known = {row.name: _health(row) for row in connection.execute(_OF, {"names": names})}
    return {name: known.get(name, Health(now)) for name in names}


def all_healths(connection: Connection) -> dict[str, Health]:
    """Return the health of every provider, by name."""
    rows = connection.execute(select(providers).order_by(providers.c.name))
    return {row.name: _health(row) for row in rows}


def note(
    connection: Connection,
    provider: Provider,
    signs: Sequence[Sign],
    now: datetime,
    rules: ProviderRules,
) -> None:
    """Update a provider's health by the signs of its answers; write nothing if it stays healthy."""
    before = healths_of(connection, provider.preference, now)
    if _is_well(before[provider.name]) and set(signs) <= {Sign.GOOD}:
        return
    held = {r.name: _health(r) for r in connection.execute(_OF.with_for_update(), _names(provider))}
    if provider.name not in held:
        return
    peers = {held[name].condition for name in provider.peers if name in held}
    is_alone = peers <= {Condition.DOWN}
    health = after_signs(held[provider.name], signs, now, rules, is_alone=is_alone)
    connection.execute(
        update(providers).where(providers.c.name == provider.name).values(asdict(health))
    )
    if health.condition is not held[provider.name].condition:
        _tell(provider.name, health)


def note_receipts(
    connection: Connection,
    name: str,
    now: datetime,
    rules: ProviderRules,
    *,
    any_lost: bool,
) -> None:
    """Update a provider's health by recent receipts for delivered and lost texts.

    `any_lost` is True if a new receipt reports a loss. Otherwise receipts are read only if the
    provider is marked as losing texts.
    """
    known = connection.execute(_OF, {"names": [name]}).one_or_none()
    if known is None or not (any_lost or known.loses):
        return
    before = _health(connection.execute(_OF.with_for_update(), {"names": [name]}).one())
    since = max(before.since, now - RECEIPTS_WITHIN)
    reported = connection.execute(_REPORTED, {"by": name, "since": since}).all()
    final = {row.attempt: row for row in reversed(reported) if row.status in _FINAL}
    arrived = sum(_FINAL[row.status] for row in final.values())
    lost = {
        row.attempt
        for row in final.values()
        if not _FINAL[row.status] and is_loss_of_route(row.error_code)
    }
    health = after_receipts(before, arrived, len(lost), now, rules)
    if health.loses and not before.loses:
        lost -= _to_dead_phones(connection, name, lost, since)
        health = after_receipts(before, arrived, len(lost), now, rules)
    if health is not before:
        connection.execute(update(providers).where(providers.c.name == name).values(asdict(health)))
        _tell(name, health)


def _to_dead_phones(
    connection: Connection, name: str, lost: Collection[str], since: datetime
) -> set[str]:
    """Return the attempts among `lost` that probably failed because the phone is off.

    The provider lost a text to that phone before `since` too, and no text of the alert arrived
    there. After most households have answered, most texts go to such phones.
    """
    asked = {"lost": sorted(lost), "by": name, "since": since}
    return set(connection.execute(_LOST_BEFORE, asked).scalars())


def _tell(name: str, health: Health) -> None:
    log.critical("a provider's condition changed", provider=name, health=health)


_FINAL: Final = {"delivered": True, "read": True, "undelivered": False, "failed": False}
"""A provider's final statuses, mapped to True if the text arrived and to False if it was lost."""

_MOST_REPORTS: Final = 1_000

# The latest receipts are found by their id, so that no index by time is needed.
_LATEST: Final = select(receipts).order_by(receipts.c.id.desc()).limit(_MOST_REPORTS).subquery()

_REPORTED: Final = (
    select(_LATEST.c.attempt, _LATEST.c.status, _LATEST.c.error_code)
    .join(attempts, attempts.c.token == _LATEST.c.attempt)
    .where(
        attempts.c.provider == bindparam("by"),
        _LATEST.c.received_at >= bindparam("since", type_=receipts.c.received_at.type),
    )
    .order_by(_LATEST.c.id.desc())
)


_earlier, _earlier_tries = deliveries.alias("earlier"), attempts.alias("earlier_tries")

_arrived = deliveries.alias("arrived")


def _to_the_same_phone(other: FromClause) -> ColumnElement[bool]:
    return and_(
        other.c.alert == deliveries.c.alert,
        other.c.recipient == deliveries.c.recipient,
        other.c.number == deliveries.c.number,
        other.c.channel == Channel.SMS,
    )


_LOST_BEFORE: Final = (
    select(attempts.c.token)
    .join(deliveries, deliveries.c.id == attempts.c.delivery)
    .join(_earlier, _to_the_same_phone(_earlier))
    .join(_earlier_tries, _earlier_tries.c.delivery == _earlier.c.id)
    .join(receipts, receipts.c.attempt == _earlier_tries.c.token)
    .where(
        attempts.c.token.in_(bindparam("lost", expanding=True)),
        _earlier_tries.c.provider == bindparam("by"),
        receipts.c.received_at < bindparam("since", type_=receipts.c.received_at.type),
        receipts.c.status.in_(sorted(status for status, arrived in _FINAL.items() if not arrived)),
        ~exists().where(_to_the_same_phone(_arrived), _arrived.c.state == DeliveryState.DELIVERED),
    )
    .distinct()
)


def begin_trial(connection: Connection, name: str, now: datetime, every: timedelta) -> bool:
    """If a trial of a provider that is not sending is due, begin it; return whether it was due.

    The next trial is due `every` after this one. Only one process begins each trial.
    """
    asked = {"who": name, "at": now, "next": now + every}
    return connection.execute(_BEGIN_TRIAL, asked).rowcount > 0


def _names(provider: Provider) -> dict[str, Any]:
    return {"names": provider.preference}


def _is_well(health: Health) -> bool:
    return health.condition is Condition.UP and not health.slow


def _health(row: Any) -> Health:
    counts = (row.good, row.slow, row.bad, row.falls)
    return Health(row.since, Condition(row.condition), *counts, row.loses)
