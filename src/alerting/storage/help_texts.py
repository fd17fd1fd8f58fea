"""The officers who own calls for help are told, all that come together in one text."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from alerting.core.policy import Policy
from alerting.core.text import HOME_LANGUAGE, TextFacts, TextKind, compose
from alerting.storage.alerts import StoredAlert, stored
from alerting.storage.audience import place_name
from alerting.storage.deliveries import Plan, insert_text, tell_officers
from alerting.storage.help_case_rows import KeptCase
from alerting.storage.ledger import Transaction
from alerting.storage.roll import Entry, entries
from contacts.directory import Officer, officers_on_duty
from contacts.division import ancestors, number_of

TOLD: Final = "help.told"


def tell_owners(transaction: Transaction, cases: Sequence[KeptCase], now: datetime) -> None:
    """Owe the officers on duty of the cases' owners the word, one text for each of their alerts.

    Where nobody is on duty in a division, the next one above it with anybody is told. "An
    expired alert sends nothing more."
    """
    by_alert: dict[int, list[KeptCase]] = defaultdict(list)
    for kept in cases:
        by_alert[kept.alert].append(kept)
    for id_, of_alert in sorted(by_alert.items()):
        alert = stored(transaction.connection, id_)
        if alert.expires > now:
            _tell(transaction, alert, of_alert, now)


def _tell(
    transaction: Transaction, alert: StoredAlert, cases: Sequence[KeptCase], now: datetime
) -> None:
    connection = transaction.connection
    places = {owner: _manned(connection, owner) for owner in {kept.owner for kept in cases}}
    for place in sorted({place for place in places.values() if place}):
        told = [kept for kept in cases if places[kept.owner] == place]
        officers = _on_duty(connection, place)
        body = _body(connection, transaction.policy, alert, told)
        text = insert_text(connection, alert.id, TextKind.HELP_CASE, HOME_LANGUAGE, body)
        seq = transaction.append(
            alert.id,
            TOLD,
            now,
            division=place,
            payload={
                "households": [kept.household for kept in told],
                "officers": [officer.id for officer in officers],
            },
        )
        plan = Plan(alert.id, seq, due_at=now, expires_at=alert.expires)
        tell_officers(connection, plan, officers, text)
        transaction.topics.add(("deliveries", place))


def _manned(connection: Connection, owner: str) -> str | None:
    """Return the division itself or the next above it where anybody is on duty."""
    upwards = (owner, *ancestors(owner))
    return next((place for place in upwards if officers_on_duty(connection, place)), None)


def _on_duty(connection: Connection, place: str) -> list[Officer]:
    """Return the principals of a division, or where it has none their deputies."""
    there = officers_on_duty(connection, place)
    return [officer for officer in there if officer.deputy_of is None] or there


def _body(
    connection: Connection, policy: Policy, alert: StoredAlert, told: Sequence[KeptCase]
) -> str:
    oldest_first = sorted(told, key=lambda kept: (kept.case.opened_at, kept.household))
    known = entries(connection, [kept.key for kept in told])
    since = oldest_first[0].case.opened_at.astimezone(policy.alert.zone)
    listed = "; ".join(_named(known[kept.key]) for kept in oldest_first)
    facts = TextFacts(
        status=alert.status,
        place=place_name(connection, tuple(sorted({kept.division for kept in told}))),
        time=f"{since:%H:%M}",
        count=len(told),
        listed=listed,
    )
    return compose(TextKind.HELP_CASE, HOME_LANGUAGE, facts)


def _named(entry: Entry) -> str:
    """Return a household's number, by which its officer reports it, its head and its address."""
    return f"{number_of(entry.household)} {entry.head} {entry.address}"
