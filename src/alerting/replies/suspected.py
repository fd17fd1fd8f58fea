"""Suspected calls for help: the nearest officers are told at once, as for a call for help."""

from collections.abc import Iterator, Sequence
from functools import partial

from sqlalchemy import Connection, select

from alerting.cap.lifecycle import AlertState
from alerting.database.bulk import one_of
from alerting.deliveries.outbox import Plan
from alerting.deliveries.places import place_name
from alerting.deliveries.plan import notify_officers
from alerting.help_cases.follow import named_at
from alerting.help_cases.rules import owner
from alerting.ledger.alerts import stored
from alerting.ledger.events.households import TextSuspectedTold
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextFacts, TextKind
from alerting.replies.rules.routing import Candidate
from alerting.replies.statements import IncomingText, ReadText
from alerting.replies.tables import inbound
from alerting.roll.entries import entries
from contacts.duty.officers import nearest_on_duty

_SUSPECTED = select(inbound.c.sender).where(
    inbound.c.waits, inbound.c.suspected, one_of(inbound.c.sender, "senders")
)


def tell_of_suspected(transaction: Transaction, taken: Sequence[ReadText]) -> None:
    """Send the nearest officers on duty a text about each household that may need help.

    They get no further text while an earlier suspected call from the same phone waits, and none
    after the alert has expired.
    """
    due = [(one.text, target) for one in taken for target in _households_meant(one)]
    if not due:
        return
    senders = {"senders": sorted({text.sender for text, _ in due})}
    told = set(transaction.connection.execute(_SUSPECTED, senders).scalars())
    for text, target in due:
        if text.sender not in told and target.expires > text.received_at:
            _tell(transaction, text, target)


def _households_meant(one: ReadText) -> Iterator[Candidate]:
    """Yield the households, on open alerts, that a suspected call for help may be about."""
    for statement in one.statements:
        if statement.reply.suspected and statement.officer is None:
            about = statement.route.targets or statement.route.choices
            yield from (home for home in about if home.state is AlertState.OPEN)


def _tell(transaction: Transaction, text: IncomingText, home: Candidate) -> None:
    connection, now = transaction.connection, text.received_at
    whose = owner(transaction.policy.help_case, home.household, now, now).division
    officers = nearest_on_duty(connection, whose, now)
    if not officers:
        return
    told = TextSuspectedTold(
        provider_id=text.provider_id, officers=tuple(officer.id for officer in officers)
    )
    place = officers[0].division
    seq = transaction.append(home.alert, told, now, division=place, subject=home.household)
    plan = Plan(home.alert, seq, due_at=now, expires_at=home.expires)
    facts_in = partial(_facts, connection, transaction, text, home)
    notify_officers(transaction, plan, TextKind.SUSPECTED_CALL, facts_in, officers)


def _facts(
    connection: Connection,
    transaction: Transaction,
    text: IncomingText,
    home: Candidate,
    language: str,
) -> TextFacts:
    key = home.alert, home.household
    entry = entries(connection, [key])[key]
    since = text.received_at.astimezone(transaction.policy.alert.zone)
    return TextFacts(
        status=stored(connection, home.alert).status,
        place=place_name(connection, (home.division,), language),
        time=f"{since:%H:%M}",
        listed=named_at(entry),
    )
