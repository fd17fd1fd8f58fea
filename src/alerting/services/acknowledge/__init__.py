"""Answers by text: read, kept, turned into evidence, and answered where a word is needed."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from alerting.core.plan import Channel
from alerting.core.reply import Intent
from alerting.core.routing import Candidate
from alerting.core.standing import Report
from alerting.metrics import TEXTS_RECEIVED
from alerting.services.acknowledge.answering import Standings, answer, repeat_cancellations
from alerting.services.acknowledge.keeping import keep, settle_earlier
from alerting.services.acknowledge.reading import read_texts
from alerting.services.acknowledge.rounds import apart, one_of_each
from alerting.services.acknowledge.words import Taken, Text, Word
from alerting.services.desk import Desk
from alerting.storage.evidence import NewEvidence, record_evidence
from alerting.storage.inbound import confirm, known_texts
from alerting.storage.ledger import Transaction
from alerting.storage.opt_outs import opt_out
from alerting.storage.senders import Call

__all__ = ["Text", "acknowledge", "take_texts"]

_CONFIRMING: Final = frozenset({Intent.EVACUATED, Intent.RECEIVED})
"""What an officer who was called may write to confirm it: '1', or thanks."""


async def acknowledge(desk: Desk, text: Text) -> None:
    """Take one text in; what comes twice is taken once."""
    await desk.ledger.write_item(take_texts, text)


def take_texts(transaction: Transaction, texts: Sequence[Text]) -> list[None]:
    """Take texts in, all that wait together, as if each had come alone."""
    known = known_texts(transaction.connection, {text.provider_id for text in texts})
    first: dict[str, Text] = {}
    for text in texts:
        first.setdefault(text.provider_id, text)
    left = [text for text in first.values() if text.provider_id not in known]
    while left:
        taken = apart(read_texts(transaction.connection, one_of_each(left)))
        _take(transaction, taken)
        left = left[len(taken) :]
    return [None] * len(texts)


def _take(transaction: Transaction, taken: Sequence[Taken]) -> None:
    """Take texts in that do not concern each other."""
    _lock(transaction, taken)
    keep(transaction, taken)
    standings = _give_evidence(transaction, taken)
    settle_earlier(transaction.connection, taken)
    _opt_out(transaction, taken)
    answer(transaction, taken, standings)
    repeat_cancellations(transaction, taken)
    _confirm(transaction, taken)


def _lock(transaction: Transaction, taken: Sequence[Taken]) -> None:
    """Lock all alerts at once, in order: two batches must not wait for each other."""
    about = [
        each.alert
        for one in taken
        for word in one.words
        for each in (*word.route.targets, *word.route.choices)
    ]
    transaction.lock(
        sorted({*about, *(call.to.alert for one in taken for call in one.sender.calls)})
    )


def _give_evidence(transaction: Transaction, taken: Sequence[Taken]) -> Standings:
    for intent, number in Counter(one.words[0].reply.intent for one in taken).items():
        TEXTS_RECEIVED.labels(intent).inc(number)
    items = [
        _evidence(one, word, target, word.report)
        for one in taken
        for word in one.words
        if word.report
        for target in word.route.targets
    ]
    standings = record_evidence(transaction, items) if items else []
    return {item.key: standing for item, standing in zip(items, standings, strict=True)}


def _evidence(one: Taken, word: Word, target: Candidate, report: Report) -> NewEvidence:
    rung, given_by = one.weight(word, target)
    said = one.text.provider_id if word.line is None else f"{one.text.provider_id}/{word.line}"
    return NewEvidence(
        alert=target.alert,
        household=target.household,
        given_at=one.text.received_at,
        recorded_at=one.text.received_at,
        rung=rung,
        given_by=given_by,
        report=report,
        people=word.reply.count,
        channel=Channel.SMS,
        source=f"{said}/{target.alert}/{target.household}",
        note=one.text.body,
    )


def _opt_out(transaction: Transaction, taken: Sequence[Taken]) -> None:
    for one in taken:
        for word in one.words:
            if word.reply.intent is Intent.OPTED_OUT:
                for home in one.sender.open_homes:
                    opt_out(transaction, home, one.text.received_at)


def _confirm(transaction: Transaction, taken: Sequence[Taken]) -> None:
    heard = [call.to for one in taken for word in one.words for call in _heard(one, word)]
    confirm(transaction, heard, Channel.SMS, max(one.text.received_at for one in taken))


def _heard(one: Taken, word: Word) -> list[Call]:
    """Return the calls that a word confirms: by saying so, or by a report from one of the doors."""
    if word.named and word.officer:
        alerts = {target.alert for target in word.route.targets}
        return [call for call in one.sender.calls if call.to.alert in alerts]
    return one.sender.calls_meant(word.reply) if word.reply.intent in _CONFIRMING else []
