"""The tier above is told which officers could not be woken (叫应)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from alerting.core.text import HOME_LANGUAGE, TextFacts, TextKind, compose
from alerting.storage.alerts import StoredAlert
from alerting.storage.audience import short_names
from alerting.storage.deliveries import Plan, insert_text, tell_officers
from alerting.storage.ledger import Transaction
from alerting.storage.officer_calls import called_at_once, record_told
from contacts.directory import Officer, officers_on_duty
from contacts.division import ancestors

NOT_WOKEN: Final = "officer.not_woken"


def tell_above(
    transaction: Transaction, alert: StoredAlert, unwoken: Sequence[Officer], now: datetime
) -> None:
    """Tell the principals of the nearest tier above with anybody of all who could not be woken.

    They are owed one text for each of their divisions. Above the uppermost there is nobody: that
    its officers were not woken is logged, for the boards to show.
    """
    above = _above(transaction.connection, {officer.division for officer in unwoken})
    by_place: dict[str, list[Officer]] = defaultdict(list)
    for officer in unwoken:
        by_place[above[officer.division]].append(officer)
    for place, officers in sorted(by_place.items()):
        _tell(transaction, alert, place, officers, now)


def _above(connection: Connection, divisions: set[str]) -> dict[str, str]:
    """Return the nearest division above each of these where anybody is on duty; '' for none."""
    upwards = {division: ancestors(division) for division in divisions}
    manned = {
        place: bool(officers_on_duty(connection, place))
        for place in {place for places in upwards.values() for place in places}
    }
    return {
        division: next((place for place in places if manned[place]), "")
        for division, places in upwards.items()
    }


def _tell(
    transaction: Transaction,
    alert: StoredAlert,
    place: str,
    unwoken: Sequence[Officer],
    now: datetime,
) -> None:
    connection = transaction.connection
    told = called_at_once(officers_on_duty(connection, place)) if place else []
    for officer in unwoken:
        seq = transaction.append(
            alert.id,
            NOT_WOKEN,
            now,
            division=officer.division,
            subject=officer.id,
            payload={"told": [one.id for one in told]},
        )
    if told:
        body = _body(connection, alert, unwoken)
        text = insert_text(connection, alert.id, TextKind.UNWOKEN, HOME_LANGUAGE, body)
        # That officers sleep is still news where the alert itself says nothing any more.
        validity = transaction.policy.alert.validity
        expires = alert.expires if alert.expires > now else now + validity
        tell_officers(connection, Plan(alert.id, seq, due_at=now, expires_at=expires), told, text)
        record_told(connection, [(alert.id, officer.id) for officer in unwoken], now)
        transaction.topics.add(("deliveries", place))


def _body(connection: Connection, alert: StoredAlert, unwoken: Sequence[Officer]) -> str:
    places = short_names(connection, {officer.division for officer in unwoken})
    names = (f"{officer.name}（{places[officer.division]}）" for officer in unwoken)
    facts = TextFacts(status=alert.status, count=len(unwoken), listed="、".join(names))
    return compose(TextKind.UNWOKEN, HOME_LANGUAGE, facts)
