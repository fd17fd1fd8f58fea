"""The watchdog finds forgotten households, and reports late texts and failed providers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import bindparam, exists, literal_column, select

from alerting.approvals.widen import propose_next_door
from alerting.deliveries.progress import backlog_of
from alerting.deliveries.providers import all_healths
from alerting.deliveries.rules.providers import Condition
from alerting.doors.rules import PENDING
from alerting.doors.tables import tasks
from alerting.ledger.alerts import Unwatched, mark_watched, next_to_watch, stored
from alerting.ledger.events.officers import WatchdogForgotten
from alerting.ledger.events.sending import (
    ProviderCondition,
    ProviderDown,
    ProviderSlow,
    ProviderUp,
    SendingLate,
)
from alerting.ledger.writer import Transaction
from alerting.metrics import FORGOTTEN
from alerting.policy.escalation import hasten, household_ladder
from alerting.roll.entries import RollEntry, to_entry
from alerting.roll.escalation import IS_PURSUED, advance_ladders
from alerting.roll.rules.standing import Standing, danger_of
from alerting.roll.tables import roll

log = structlog.get_logger()

_AT_ONCE: Final = 500


def watch(transaction: Transaction, now: datetime) -> int:
    """Check one alert whose last check is long enough ago; return 1, or 0 if no check is due."""
    connection = transaction.connection
    unwatched = next_to_watch(connection, now, transaction.policy.watch.interval)
    if unwatched is None:
        return 0
    alert = unwatched.alert
    mark_watched(connection, alert, now)
    for entry in recall_forgotten(transaction, alert, now, _AT_ONCE):
        FORGOTTEN.inc()
        log.error("a household was forgotten", alert=alert, household=entry.household)
    watched = stored(connection, alert)
    if watched.is_sending(now):
        if watched.request.reaches_all_households:
            propose_next_door(transaction, watched, now)
        _warn_of_lateness(transaction, alert, now)
        _tell_of_providers(transaction, unwatched, now)
    return 1


_PROVIDER_IS: Final[Mapping[Condition, type[ProviderCondition]]] = {
    Condition.UP: ProviderUp,
    Condition.SLOW: ProviderSlow,
    Condition.DOWN: ProviderDown,
}


def _tell_of_providers(transaction: Transaction, unwatched: Unwatched, now: datetime) -> None:
    """Append an event for each provider whose condition changed since the alert's last check."""
    for name, health in all_healths(transaction.connection).items():
        is_news = unwatched.since and health.since > unwatched.since
        if is_news or (unwatched.since is None and health.condition is not Condition.UP):
            news = _PROVIDER_IS[health.condition](provider=name, since=health.since)
            transaction.append(unwatched.alert, news, now)


def _warn_of_lateness(transaction: Transaction, alert: int, now: datetime) -> None:
    """Append a warning if the alert's texts will leave later than the policy allows."""
    rules = transaction.policy.sending
    backlog = backlog_of(transaction.connection, rules, now, alert)
    if backlog.is_late(now, rules.finish_within):
        late = SendingLate(segments=backlog.segments, predicted_finish=backlog.finish(now))
        transaction.append(alert, late, now)


_SOMEBODY_GOES: Final = exists().where(
    tasks.c.alert == roll.c.alert,
    tasks.c.household == roll.c.household,
    tasks.c.state.in_(sorted(PENDING)),
)

_SAFE: Final = danger_of(Standing.ELSEWHERE, "vulnerable")
"""The danger rank from which a household is fully accounted for; a lower rank is more danger."""

_NEGLECTED: Final = (
    select(roll)
    .where(
        roll.c.alert == bindparam("of_alert"),
        IS_PURSUED,
        # Databases use the partial index over these few rows only if both conditions are worded as
        # in the index. The sum keeps SQLite from choosing another, much larger index.
        roll.c.next_at.is_(None),
        roll.c.danger + literal_column("0") < literal_column(str(_SAFE)),
        ~_SOMEBODY_GOES,
    )
    .order_by(roll.c.household)
    .limit(bindparam("most"))
)


def recall_forgotten(
    transaction: Transaction, alert: int, now: datetime, most: int
) -> list[RollEntry]:
    """Log an alert's forgotten households and make their door step due at once; return them.

    A household is forgotten if it is not settled, no ladder step is scheduled, and no officer has
    a door task for it.
    """
    connection, rules = transaction.connection, transaction.policy.household
    asked = {"of_alert": alert, "most": most}
    found = [to_entry(row) for row in connection.execute(_NEGLECTED, asked)]
    for entry in found:
        place, household = entry.division, entry.household
        transaction.append(alert, WatchdogForgotten(), now, division=place, subject=household)
    ladders = {v: household_ladder(rules, vulnerable=v) for v in (False, True)}
    advance_ladders(connection, [(e, hasten(ladders[bool(e.vulnerable)], now)) for e in found])
    return found
