"""The watchdog: who is forgotten, villages gone dark or next door, texts that leave too late."""

from datetime import datetime
from typing import Final

import structlog

from alerting.core.dark import Light, find_dark
from alerting.core.health import Condition
from alerting.core.lifecycle import AlertState
from alerting.core.text import HOME_LANGUAGE, TextFacts, TextKind, compose
from alerting.metrics import FORGOTTEN
from alerting.storage.alerts import StoredAlert, stored
from alerting.storage.audience import short_names
from alerting.storage.deliveries import Plan, insert_text, tell_officers
from alerting.storage.ledger import Transaction
from alerting.storage.out_of_reach import Dark, darken, receipts_by_village
from alerting.storage.providers import all_healths
from alerting.storage.queue import queue_of
from alerting.storage.watch import Unwatched, mark_watched, next_to_watch, recall_forgotten
from alerting.storage.widening import propose_next_door
from contacts.directory import officers_on_duty
from contacts.division import parent_of

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
    _look_for_dark_villages(transaction, watched, now)
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


def _look_for_dark_villages(transaction: Transaction, alert: StoredAlert, now: datetime) -> None:
    rules = transaction.policy.dark_village
    receipts = receipts_by_village(transaction.connection, alert.id, now - rules.after)
    for light in find_dark(receipts, rules, now):
        if light.dark and darken(transaction, alert.id, _seen(light, now)):
            _tell_above(transaction, alert, light.village, now)


def _seen(light: Light, now: datetime) -> Dark:
    return Dark(light.village, now, None, light.share, light.neighbours_share)


def _tell_above(transaction: Transaction, alert: StoredAlert, village: str, now: datetime) -> None:
    """Tell the town, whose phones may work, that the village's own officers may hear nothing."""
    connection = transaction.connection
    above = parent_of(village)
    officers = officers_on_duty(connection, above) if above else []
    if alert.expires <= now or not officers:
        return
    name = short_names(connection, [village]).get(village, village)
    facts = TextFacts(status=alert.status, place=name)
    body = compose(TextKind.DARK, HOME_LANGUAGE, facts)
    text = insert_text(connection, alert.id, TextKind.DARK, HOME_LANGUAGE, body)
    seq = transaction.append(alert.id, "dark.told", now, division=village)
    tell_officers(connection, Plan(alert.id, seq, now, alert.expires), officers, text)
    transaction.topics.add(("deliveries", officers[0].division))
