"""Processing of incoming texts in batches: they are stored, read, made evidence, and answered."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.unreachable import text_next_phone
from alerting.errors import LedgerClosedError
from alerting.ledger.events.households import HouseholdOptedIn, HouseholdOptedOut
from alerting.ledger.writer import Transaction
from alerting.metrics import TEXTS_RECEIVED
from alerting.officer_calls.confirm import confirm
from alerting.policy.sections import Channel
from alerting.replies.answer import Standings, answer, repeat_cancellations
from alerting.replies.bounds import EarlyAnswers
from alerting.replies.confirm_raise import code_in
from alerting.replies.inbound import (
    queue_for_officer,
    storable,
    store_readings,
    store_unread,
    texts_read_before,
)
from alerting.replies.queue import settle_earlier
from alerting.replies.raise_by_text import raise_by_text, raise_confirmed
from alerting.replies.read import read_ahead, read_hazard, read_texts
from alerting.replies.recorded import acknowledge_reports
from alerting.replies.rules.grammar import normalise
from alerting.replies.rules.intents import Intent
from alerting.replies.rules.routing import Candidate
from alerting.replies.senders import OpenOfficerCall
from alerting.replies.statements import IncomingText, ReadText, Statement, security_events_of
from alerting.replies.suspected import tell_of_suspected
from alerting.roll.escalation import back_in_reach, to_the_door
from alerting.roll.rules.evidence import ACCOUNTING, Report
from alerting.roll.tables import roll
from alerting.runtime import Runtime
from alerting.security_log.rules import SecurityEvent
from contacts.people import mask_phone

log = structlog.get_logger()


async def take_text(runtime: Runtime, text: IncomingText) -> None:
    """Store a text as it came, then read it and act on it.

    If reading fails, the text waits for an officer. Only a failure of the database is raised, so
    that the provider sends the text again.
    """
    text = storable(text)
    await runtime.ledger.write_item(store_unread, text)
    try:
        async with runtime.locks.of(text.sender):
            await _process(runtime, text)
    except LedgerClosedError:
        raise
    except Exception as failure:
        if isinstance(failure, DBAPIError) and not isinstance(failure, _OF_CONTENT):
            raise
        sender = mask_phone(text.sender)
        log.exception("a text cannot be read", provider_id=text.provider_id, sender=sender)
        await runtime.ledger.write(lambda transaction: queue_for_officer(transaction, text))


async def store_for_officer(runtime: Runtime, text: IncomingText) -> None:
    """Store a text without reading it, so that it waits for an officer."""
    text = storable(text)
    await runtime.ledger.write_item(store_unread, text)
    await runtime.ledger.write(lambda transaction: queue_for_officer(transaction, text))


_QUICK: Final = 24
"""Texts of at most this many characters are read within a fraction of a millisecond."""

_OF_CONTENT: Final = (DataError, IntegrityError, ProgrammingError)
"""Errors that the values of a statement cause; any other error is the database's own."""


async def _process(runtime: Runtime, text: IncomingText) -> None:
    if len(text.body) > _QUICK:
        await asyncio.to_thread(read_ahead, text.body, runtime.policy.second_reader)
    code = code_in(text.body)
    if code and await raise_confirmed(runtime, text.provider_id, text.sender, code):
        return
    hazard = read_hazard(text.body)
    raised = hazard is not None and await raise_by_text(
        runtime, text.provider_id, text.sender, text.body, hazard
    )
    if not raised:
        for event in await runtime.ledger.write_item(take_batch, text):
            runtime.note(event)


MOST_PEOPLE_SAID: Final = 999

_CONFIRMING: Final = frozenset({Intent.EVACUATED, Intent.RECEIVED})
"""The intents that confirm an officer call: those of '1' and of thanks."""


def take_batch(
    transaction: Transaction, texts: Sequence[IncomingText]
) -> list[Sequence[SecurityEvent]]:
    """Process a batch of texts; the result is the same as if they were processed one by one.

    Returns the security events of each text.
    """
    noted: dict[str, Sequence[SecurityEvent]] = {}
    known = texts_read_before(transaction.connection, {text.provider_id for text in texts})
    first: dict[str, IncomingText] = {}
    for text in texts:
        first.setdefault(text.provider_id, text)
    left = [text for text in first.values() if text.provider_id not in known]
    while left:
        # A text may change how a later one is read. So process the first texts that are independent
        # of each other, and read the rest anew afterwards.
        taken = independent(
            read_texts(
                transaction.connection, one_per_sender(left), transaction.policy.second_reader
            )
        )
        _apply(transaction, taken)
        noted |= {one.text.provider_id: security_events_of(one) for one in taken}
        left = left[len(taken) :]
    return [noted.pop(text.provider_id, ()) for text in texts]


def _apply(transaction: Transaction, taken: Sequence[ReadText]) -> None:
    """Write what follows from texts that are independent of each other, stage by stage."""
    _lock(transaction, taken)
    tell_of_suspected(transaction, taken)
    store_readings(transaction, taken)
    standings = _give_evidence(transaction, taken)
    settle_earlier(transaction.connection, taken)
    _opt_out(transaction, taken)
    _opt_in(transaction, taken)
    answer(transaction, taken, standings)
    acknowledge_reports(transaction, taken)
    repeat_cancellations(transaction, taken)
    _confirm(transaction, taken)


def _lock(transaction: Transaction, taken: Sequence[ReadText]) -> None:
    """Lock the alerts of all texts at once and in order, so that two batches cannot deadlock."""
    about = [
        each.alert
        for one in taken
        for statement in one.statements
        for each in (*statement.route.targets, *statement.route.choices)
    ]
    transaction.lock(
        sorted({*about, *(call.to.alert for one in taken for call in one.sender.calls)})
    )


def _give_evidence(transaction: Transaction, taken: Sequence[ReadText]) -> Standings:
    for intent, number in Counter(one.statements[0].reply.intent for one in taken).items():
        TEXTS_RECEIVED.labels(intent).inc(number)
    early = EarlyAnswers(transaction.connection, taken)
    items = [
        _evidence(
            one, statement, target, statement.report, early=early.is_early(one, statement, target)
        )
        for one in taken
        for statement in one.statements
        if statement.report
        for target in statement.route.targets
    ]
    standings = record_evidence(transaction, items) if items else []
    return {item.key: standing for item, standing in zip(items, standings, strict=True)}


def _evidence(
    one: ReadText, statement: Statement, target: Candidate, report: Report, *, early: bool
) -> NewEvidence:
    rung, given_by = one.rung_and_giver(statement, target)
    said = one.text.provider_id
    if statement.line is not None:
        said += f"/{statement.line}"
    return NewEvidence(
        alert=target.alert,
        household=target.household,
        given_at=one.text.received_at,
        recorded_at=one.text.received_at,
        rung=rung,
        given_by=given_by,
        report=report,
        people=_people(statement.reply.count),
        channel=Channel.SMS,
        source=f"{said}/{target.alert}/{target.household}",
        note=one.text.body,
        early=early,
    )


def _people(said: int | None) -> int | None:
    """Return the number, or None if it is too large for people; the note still has the text."""
    return said if said is not None and said <= MOST_PEOPLE_SAID else None


def _opt_out(transaction: Transaction, taken: Sequence[ReadText]) -> None:
    for one in taken:
        for statement in one.statements:
            if statement.reply.intent is Intent.OPTED_OUT:
                for home in one.sender.open_households:
                    opt_out(transaction, home, one.text.received_at)
                    whose = home.alert, home.household, one.sender.number
                    text_next_phone(transaction, *whose, one.text.received_at)


_YES: Final = "yes"
"""A text of this word alone opts in at some carriers; at the others it is thanks."""


def _opt_in(transaction: Transaction, taken: Sequence[ReadText]) -> None:
    """Text households again if their phone opts in after it had opted out.

    A carrier's word for opting in is logged even if the phone had not opted out.
    """
    for one in taken:
        is_asked = any(statement.reply.intent is Intent.OPTED_IN for statement in one.statements)
        is_yes = one.text.is_whole and _is_yes(one.text.body)
        if not (is_asked or is_yes):
            continue
        for home in one.sender.open_households:
            is_back = back_in_reach(transaction.connection, home.alert, home.household)
            if is_asked or is_back:
                place, subject, now = home.division, home.household, one.text.received_at
                transaction.append(
                    home.alert, HouseholdOptedIn(), now, division=place, subject=subject
                )


def _is_yes(body: str) -> bool:
    return len(body) <= _QUICK and normalise(body).strip(" .!") == _YES


def _confirm(transaction: Transaction, taken: Sequence[ReadText]) -> None:
    heard = [
        call.to
        for one in taken
        for statement in one.statements
        for call in _calls_confirmed_by(one, statement)
    ]
    confirm(transaction, heard, Channel.SMS, max(one.text.received_at for one in taken))


def _calls_confirmed_by(one: ReadText, statement: Statement) -> list[OpenOfficerCall]:
    """Return the officer calls that a statement confirms; a report on a household confirms one."""
    if statement.named and statement.officer:
        alerts = {target.alert for target in statement.route.targets}
        calls = one.sender.calls
        return [call for call in calls if call.handed_over and call.to.alert in alerts]
    return one.sender.calls_meant(statement.reply) if statement.reply.intent in _CONFIRMING else []


def one_per_sender(texts: Sequence[IncomingText]) -> Sequence[IncomingText]:
    """Return the texts before the first one whose sender occurred already."""
    senders: set[str] = set()
    for place, text in enumerate(texts):
        if text.sender in senders:
            return texts[:place]
        senders.add(text.sender)
    return texts


def independent(taken: Sequence[ReadText]) -> Sequence[ReadText]:
    """Return the texts before the first one that shares a household or officer with an earlier one.

    They end after a text that may reopen a closed alert, because that changes the later texts.
    """
    concerned: set[str] = set()
    for place, one in enumerate(taken):
        theirs = _concerned(one)
        if not concerned.isdisjoint(theirs):
            return taken[:place]
        if any(_may_reopen(statement) for statement in one.statements):
            return taken[: place + 1]
        concerned |= theirs
    return taken


def _concerned(one: ReadText) -> set[str]:
    """Return the codes of households and ids of officers that a text comes from or is about."""
    sender = one.sender
    return {
        *(home.household for home in sender.own_households),
        *(call.to.officer for call in sender.calls),
        *(officer.id for officer in sender.officers),
        *(target.household for statement in one.statements for target in statement.route.targets),
        *(choice.household for statement in one.statements for choice in statement.route.choices),
    }


def _may_reopen(statement: Statement) -> bool:
    """Return whether a statement on a closed alert may report people in danger or missing."""
    if statement.report in ACCOUNTING and statement.reply.count is None:
        return False
    return any(target.state is AlertState.CLOSED for target in statement.route.targets)


def opt_out(transaction: Transaction, home: Candidate, now: datetime) -> None:
    """Mark a household as unreachable, so that an officer goes to its door; idempotent."""
    transaction.lock([home.alert])
    news = to_the_door(
        transaction.connection,
        home.alert,
        roll.c.household == home.household,
        transaction.policy.household,
        now,
    )
    if news:
        transaction.append(
            home.alert, HouseholdOptedOut(), now, division=home.division, subject=home.household
        )
