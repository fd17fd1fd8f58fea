"""Villages gone dark: found in the receipts of all texts, and their doors knocked on at once.

In a city a million texts are looked through for it: in a reading, which no answer waits for. What
it finds is some moments old when it is recorded, which minutes of silence are not changed by.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from alerting.core.dark import Light, find_dark
from alerting.core.lifecycle import OVER
from alerting.core.policy import Policy
from alerting.core.text import HOME_LANGUAGE, TextFacts, TextKind, compose
from alerting.storage.alerts import StoredAlert, stored
from alerting.storage.audience import short_names
from alerting.storage.deliveries import Plan, insert_text, tell_officers
from alerting.storage.ledger import Transaction
from alerting.storage.out_of_reach import Dark, darken, receipts_by_village
from alerting.storage.watch import next_to_watch
from contacts.directory import officers_on_duty
from contacts.division import parent_of


@dataclass(frozen=True)
class Darkness:
    """The villages of an alert that are dark."""

    alert: int
    villages: tuple[Light, ...]


def look_for_dark(connection: Connection, now: datetime, policy: Policy) -> Darkness | None:
    """Look in the alert that is to be watched now; None: there is none."""
    unwatched = next_to_watch(connection, now, policy.watch.interval)
    if unwatched is None:
        return None
    rules = policy.dark_village
    receipts = receipts_by_village(connection, unwatched.alert, now - rules.after)
    lights = find_dark(receipts, rules, now)
    return Darkness(unwatched.alert, tuple(light for light in lights if light.dark))


def send_into_the_dark(transaction: Transaction, found: Darkness, now: datetime) -> int:
    """Have the doors of dark villages knocked on; return for how many that is news."""
    if not found.villages:
        return 0
    transaction.lock([found.alert])
    alert = stored(transaction.connection, found.alert)
    if alert.state in OVER:
        return 0
    news = [light for light in found.villages if darken(transaction, alert.id, _seen(light, now))]
    for light in news:
        _tell_above(transaction, alert, light.village, now)
    return len(news)


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
