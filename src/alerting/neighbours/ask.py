"""Asks neighbours by text whether the silent households that they look after are out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerting.deliveries.outbox import Addressee, OutboxEntry, Plan, owe
from alerting.deliveries.rules.forecast import Priority, Recipient
from alerting.deliveries.texts import insert_text
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.events.households import NeighbourAsked
from alerting.ledger.writer import Transaction
from alerting.messages.parts import in_parts
from alerting.messages.text import TextFacts, TextKind
from alerting.neighbours.rules import Neighbour, NeighbourAsking, may_ask, numbers_of
from alerting.neighbours.store import centres_of, in_care_of, neighbours
from alerting.policy.issuer import Issuer
from alerting.policy.sections import Channel
from alerting.roll.entries import RollEntry
from contacts.division import Tier


@dataclass(frozen=True)
class _Question:
    """A question to a neighbour about silent households."""

    neighbour: Neighbour
    phone: str
    silent: Sequence[RollEntry]
    numbers: Mapping[str, str]
    """The numbers by which texts name the households in the neighbour's care, by household code."""


def ask_neighbours(
    transaction: Transaction, alert: StoredAlert, silent: Iterable[RollEntry], now: datetime
) -> int:
    """Ask the neighbours who look after these silent households; return the number of neighbours.

    Each neighbour gets one text about all their silent households, or several if there are many.
    """
    questions = _questions(transaction, alert.id, {entry.household: entry for entry in silent})
    local = now.astimezone(transaction.policy.alert.zone)
    for question in questions:
        issuer = transaction.policy.issuer.at(question.neighbour.division)
        bodies = _bodies(alert, issuer, question, f"{local:%H:%M}")
        _owe(transaction, alert, question, bodies, now)
    return len(questions)


def _questions(
    transaction: Transaction, alert: int, silent: Mapping[str, RollEntry]
) -> list[_Question]:
    connection = transaction.connection
    silent_by_centre = centres_of(connection, silent)
    if not silent_by_centre:
        return []
    in_care = in_care_of(connection, alert, silent_by_centre)
    return [
        _Question(
            one,
            one.phone,
            [silent[code] for code in silent_by_centre[one.household]],
            numbers_of([one.household, *in_care[one.household]]),
        )
        for one in neighbours(connection, alert, silent_by_centre)
        if one.phone and may_ask(one) is NeighbourAsking.ALLOWED
    ]


def _owe(
    transaction: Transaction,
    alert: StoredAlert,
    asked: _Question,
    bodies: Iterable[str],
    now: datetime,
) -> None:
    neighbour = asked.neighbour
    code, place = neighbour.household, neighbour.division
    about = NeighbourAsked(households=tuple(entry.household for entry in asked.silent))
    seq = transaction.append(alert.id, about, now, division=place, subject=code)
    to = Addressee(Recipient.HOUSEHOLD, code, place, Tier.HOUSEHOLD, asked.phone)
    plan = Plan(alert.id, seq, due_at=now, expires_at=alert.expires)
    kind, language = TextKind.NEIGHBOUR, neighbour.language
    for body in bodies:
        text = insert_text(transaction.connection, alert.id, kind, language, body)
        owe(transaction, plan, text, [OutboxEntry(to, Channel.SMS, Priority.HOUSEHOLD)])


def _bodies(alert: StoredAlert, issuer: Issuer, asked: _Question, time: str) -> Sequence[str]:
    def facts(entries: Sequence[RollEntry]) -> TextFacts:
        numbers = [asked.numbers[entry.household] for entry in entries]
        named = (f"{n}{entry.head}" for n, entry in zip(numbers, entries, strict=True))
        return TextFacts(
            status=alert.status,
            issuer=issuer,
            time=time,
            count=len(entries),
            listed=" ".join(named),
            example=numbers[0],
        )

    return in_parts(TextKind.NEIGHBOUR, asked.neighbour.language, asked.silent, facts)
