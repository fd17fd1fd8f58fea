"""How well the providers work: a row each, shared by all processes that send."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import Connection, bindparam, delete, select, update

from alerting.core.health import Condition, Health, Provider, Sign, after_signs
from alerting.core.policy import ProviderRules
from alerting.storage.insert_missing import insert_missing
from alerting.storage.tables import providers

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

log = structlog.get_logger()


def enlist(connection: Connection, names: Iterable[str], now: datetime) -> None:
    """Begin a row for each provider that has none, and forget those that send no more."""
    wanted = set(names)
    connection.execute(delete(providers).where(providers.c.name.not_in(wanted)))
    well = {"next_trial_at": now, **asdict(Health(now))}
    insert_missing(connection, providers, [{"name": name, **well} for name in sorted(wanted)])


def healths_of(connection: Connection, names: Sequence[str], now: datetime) -> dict[str, Health]:
    """Return the providers' health; one that was not enlisted has done no wrong."""
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
    """Let a provider's answers count; nothing is written while all is well."""
    before = healths_of(connection, provider.order, now)
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
        log.critical("a provider's condition changed", provider=provider.name, health=health)


def begin_trial(connection: Connection, name: str, now: datetime, every: timedelta) -> bool:
    """Say whether it is time to try a provider that is down; the next time is `every` later."""
    asked = {"who": name, "at": now, "next": now + every}
    return connection.execute(_BEGIN_TRIAL, asked).rowcount > 0


def _names(provider: Provider) -> dict[str, Any]:
    return {"names": provider.order}


def _is_well(health: Health) -> bool:
    return health.condition is Condition.UP and not health.slow


def _health(row: Any) -> Health:
    return Health(row.since, Condition(row.condition), row.good, row.slow, row.bad, row.falls)
