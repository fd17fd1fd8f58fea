"""The watchdog: who is forgotten, villages next door, texts that leave too late."""

from datetime import datetime
from typing import Final

import structlog

from alerting.core.health import Condition
from alerting.core.lifecycle import AlertState
from alerting.metrics import FORGOTTEN
from alerting.storage.alerts import stored
from alerting.storage.ledger import Transaction
from alerting.storage.providers import all_healths
from alerting.storage.queue import queue_of
from alerting.storage.watch import Unwatched, mark_watched, next_to_watch, recall_forgotten
from alerting.storage.widening import propose_next_door

SENDING_LATE: Final = "sending.late"
PROVIDER_IS: Final = "provider.{}"
_AT_ONCE: Final = 500

log = structlog.get_logger()


def watch(transaction: Transaction, now: datetime) -> int:
    """Look after one alert that has gone unwatched for long enough; return 0 if none has."""
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
    if watched.state is AlertState.OPEN and watched.expires > now:
        propose_next_door(transaction, watched, now)
        _warn_of_lateness(transaction, alert, now)
        _tell_of_providers(transaction, unwatched, now)
    return 1


def _tell_of_providers(transaction: Transaction, unwatched: Unwatched, now: datetime) -> None:
    """Say which providers fell or came back since the last look."""
    for name, health in all_healths(transaction.connection).items():
        is_news = unwatched.since and health.since > unwatched.since
        if is_news or (unwatched.since is None and health.condition is not Condition.UP):
            payload = {"provider": name, "since": health.since.isoformat()}
            kind = PROVIDER_IS.format(health.condition)
            transaction.append(unwatched.alert, kind, now, payload=payload)


def _warn_of_lateness(transaction: Transaction, alert: int, now: datetime) -> None:
    """Say, as long as it is so, that texts leave later than the policy allows."""
    rules, queue = transaction.policy.sending, queue_of(transaction.connection, alert, now)
    pace = rules.segments_per_second
    if queue.is_late(now, pace, rules.finish_within):
        finish = queue.finish(now, pace).isoformat()
        payload = {"segments": queue.segments, "predicted_finish": finish}
        transaction.append(alert, SENDING_LATE, now, payload=payload)
